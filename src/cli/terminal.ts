/** What stdout is: its width, and whether colours make sense on it. */
import type { Look } from './render/style.ts'

const minWidth = 80
/** For files and pipes: nobody's lines should be cut because of a terminal that is not there. */
const pipeWidth = 200

export const lookOf = (
  stream: { readonly isTTY?: boolean; readonly columns?: number },
  env: NodeJS.ProcessEnv,
  isUtc: boolean,
): Look => {
  const columns = Number(env['COLUMNS']) || stream.columns
  const width = stream.isTTY || env['COLUMNS'] ? Math.max(minWidth, columns ?? minWidth) : pipeWidth
  return { width, hasColor: hasColor(stream, env), isUtc, nowMs: Date.now() }
}

/** NO_COLOR (no-color.org) wins over everything, when it is not empty. */
const hasColor = (stream: { readonly isTTY?: boolean }, env: NodeJS.ProcessEnv): boolean => {
  if (env['NO_COLOR']) return false
  if (env['FORCE_COLOR'] && env['FORCE_COLOR'] !== '0') return true
  return stream.isTTY === true && env['TERM'] !== 'dumb'
}
