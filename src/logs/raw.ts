/** `--raw`: exactly the bytes that were written, however long the lines are. */
import { readLineSettings } from './line-settings.ts'
import type { LogLine } from './log-line.ts'
import type { LogQuery } from './query.ts'
import { readLogs } from './read.ts'
import { StreamBytes } from './stream-bytes.ts'
import { piecesOf } from './stream-lines.ts'
import { unitDirectory } from './unit-directory.ts'

const blockBytes = 1 << 20
const lineBreakBytes = Buffer.from('\n')

/** Lines in the order of `readLogs`, each as it was written; of a last line without line break no more than there is. */
export async function* readRawLogs(query: LogQuery): AsyncGenerator<Uint8Array> {
  if (isWholeStream(query)) {
    yield* wholeStream(query)
    return
  }
  let waiting: Buffer[] = []
  let waitingBytes = 0
  // A follower's reader wants each line at once; another one wants few large pieces.
  const enough = query.follow === true ? 0 : blockBytes
  for await (const line of readLogs({ ...query, streams: query.streams ?? ['out', 'err'] })) {
    for await (const bytes of bytesOf(line, query)) {
      waiting.push(bytes)
      waitingBytes += bytes.length
      if (waitingBytes <= enough) continue
      yield Buffer.concat(waiting)
      waiting = []
      waitingBytes = 0
    }
  }
  if (waitingBytes > 0) yield Buffer.concat(waiting)
}

/** One stream of one unit and all of it: no lines need to be made. */
const isWholeStream = (query: LogQuery): boolean =>
  query.units.length === 1 &&
  query.streams?.length === 1 &&
  query.follow !== true &&
  query.reverse !== true &&
  maxPriorityOf(query) === undefined &&
  [
    query.lines,
    query.grep,
    query.sinceMs,
    query.untilMs,
    query.revision,
    query.invocation,
    query.lastCrash,
  ].every((value) => value === undefined)

const maxPriorityOf = ({ directory, units }: LogQuery): number | undefined => {
  const [unit] = units
  if (unit === undefined) return undefined
  return unit.maxPriority ?? readLineSettings(unitDirectory(directory, unit.name)).maxPriority
}

async function* wholeStream(query: LogQuery): AsyncGenerator<Uint8Array> {
  const bytes = new StreamBytes(unitDirectory(query.directory, query.units[0]!.name), query.streams![0]!)
  try {
    const { first, end } = await bytes.bounds()
    for await (const piece of piecesOf(bytes, { from: first, to: end }, blockBytes)) yield piece.bytes
  } finally {
    await bytes.close()
  }
}

async function* bytesOf(line: LogLine, query: LogQuery): AsyncGenerator<Buffer> {
  const { raw, source } = line
  if (raw === undefined || source === 'note') return
  if (raw.omittedBytes === 0) {
    yield raw.bytes
    if (raw.hasLineBreak) yield lineBreakBytes
    return
  }
  const bytes = new StreamBytes(unitDirectory(query.directory, line.unit), source)
  try {
    for await (const piece of piecesOf(bytes, { from: raw.offset, to: raw.end }, blockBytes))
      yield piece.bytes
  } finally {
    await bytes.close()
  }
}
