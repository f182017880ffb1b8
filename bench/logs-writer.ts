/**
 * A service that does nothing but write: `logs-writer.ts FILE PIECE_BYTES TOTAL_BYTES`. Appends lines of 100 bytes in pieces
 * of that size, as fast as it can, and prints what that took.
 */
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs'

export interface WriterCost {
  readonly ms: number
  /** User and system time: what the kernel does in the writer's place is in it. */
  readonly cpuMs: number
  /** Of `ms`: ready to run, but others had the cores. */
  readonly queuedMs: number
  /** The one write that took longest. */
  readonly longestMs: number
}

const lineBytes = 100
const [file, piece, total] = process.argv.slice(2)
const pieceBytes = Number(piece)
const pieces = Math.round(Number(total) / pieceBytes)

const lines = Array.from({ length: 4096 }, (_, i) => {
  const text = `order ${i} ok, user=${(i * 7919) % 10007} took ${i % 613} ms, items=${i % 13}`
  return `${text.padEnd(lineBytes - 1, '.')}\n`
})
const text = Buffer.from(lines.join(''))
const offsets = Math.floor(text.length / pieceBytes)

/** Nanoseconds for which this process waited for a core: /proc/PID/schedstat, proc(5). */
const queuedNs = (): number => Number(readFileSync('/proc/self/schedstat', 'utf8').split(' ')[1])

const fd = openSync(file!, 'a')
const queuedBefore = queuedNs()
const cpuBefore = process.cpuUsage()
const start = performance.now()
let longestMs = 0
let before = start
for (let i = 0; i < pieces; i++) {
  writeSync(fd, text, (i % offsets) * pieceBytes, pieceBytes)
  const now = performance.now()
  longestMs = Math.max(longestMs, now - before)
  before = now
}
const { user, system } = process.cpuUsage(cpuBefore)
const cost: WriterCost = {
  ms: before - start,
  cpuMs: (user + system) / 1000,
  queuedMs: (queuedNs() - queuedBefore) / 1e6,
  longestMs,
}
closeSync(fd)
console.log(JSON.stringify(cost))
