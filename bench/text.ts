/** Text to be written to logs: what is all zeros is rotated in another way. */
import { appendFileSync, rmSync } from 'node:fs'

export const pieceBytes = 65_536

/** A file of so many pieces. */
export const writeText = (path: string, pieces: number): void => {
  const lines = Array.from(
    { length: 8192 },
    (_, i) => `order ${i} ok, user=${(i * 7919) % 10007} took ${i % 613} ms\n`,
  )
  const piece = Buffer.from(lines.join('')).subarray(0, pieceBytes)
  rmSync(path, { force: true })
  for (let i = 0; i < pieces; i++) appendFileSync(path, piece)
}
