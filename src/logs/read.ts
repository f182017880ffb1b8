/**
 * Reads logs back, straight from the files: needs no daemon, only the right to read. Time and memory depend on what is
 * asked for, not on how much there is (but for `grep`, which has to look at all of it).
 */
import { GitprocError } from '../base/error.ts'
import { nearestUnit } from '../base/nearest.ts'
import { followLogs } from './follow.ts'
import { compareLines, type LogLine } from './log-line.ts'
import { type BatchSource, mergeSorted } from './merge.ts'
import { allStreams, isWanted, type LogQuery, lineLimits, wantsNotes } from './query.ts'
import { isSelectedNote, isSelectedRun, type Range, type Span, selectRanges } from './selection.ts'
import { linesBackward, linesForward, type ScanOptions, unfinishedLineStart } from './stream-lines.ts'
import { type StreamName, unitsWithLogs } from './unit-directory.ts'
import { UnitLog } from './unit-log.ts'

/** Shared by all streams that are merged. */
const totalBlockBytes = 32 * 1024 * 1024

/** In order of time, or newest first. Ends at what was there when it was called, unless it is to follow. */
export async function* readLogs(query: LogQuery): AsyncGenerator<LogLine> {
  const units = openUnits(query)
  try {
    refuseUnknownRuns(units, query)
    const positions = new Map<UnitLog, Record<StreamName, number>>()
    const sources: BatchSource<LogLine>[] = []
    const isBackward = query.reverse === true || query.lines !== undefined
    for (const unit of units) {
      const spans = { out: await spanOf(unit, 'out', query), err: await spanOf(unit, 'err', query) }
      positions.set(unit, { out: spans.out.to, err: spans.err.to })
      sources.push(...sourcesOf(unit, spans, query, { ...scanOptions(query, units.length), isBackward }))
    }
    yield* isBackward ? backward(sources, query) : flatten(mergeSorted(sources, compareLines))
    if (query.follow === true) yield* followLogs(query, positions)
  } finally {
    await Promise.all(units.map((unit) => unit.close()))
  }
}

const openUnits = (query: LogQuery): readonly UnitLog[] => {
  const known = unitsWithLogs(query.directory)
  if (query.units.length === 0) return known.map((name) => new UnitLog(query.directory, { name }))
  const missing = query.units.find((unit) => !known.includes(unit.name))
  if (missing !== undefined && query.follow !== true) {
    const near = nearestUnit(missing.name, known)
    throw new GitprocError('logs/unknown-unit', `no logs are kept of ${missing.name}`, {
      remedy: near === undefined ? 'gitproc status' : `did you mean ${near}?`,
      data: { unit: missing.name, known },
    })
  }
  return query.units.map((unit) => new UnitLog(query.directory, unit))
}

/** A misspelled run or commit would look as if it had written nothing. A follower may wait for what is not there yet. */
const refuseUnknownRuns = (units: readonly UnitLog[], query: LogQuery): void => {
  const { invocation, revision, follow } = query
  if (follow === true || units.length === 0 || (invocation === undefined && revision === undefined)) return
  const selection = { invocation, revision }
  if (units.some(({ timeline }) => timeline.runs.some((run) => isSelectedRun(run, timeline, selection))))
    return
  const names = query.units.length === 0 ? 'any unit' : query.units.map(({ name }) => name).join(', ')
  const wanted = [
    ...(invocation === undefined ? [] : [`is called ${invocation}`]),
    ...(revision === undefined ? [] : [`was at commit ${revision}`]),
  ].join(' and ')
  throw new GitprocError('logs/unknown-run', `no run of ${names} ${wanted}, as far as the logs go back`, {
    remedy: revision === undefined ? 'gitproc logs -o json has the names of runs' : 'gitproc history',
  })
}

/** What is there of a stream. A follower leaves a last line without end to itself, to tell it whole. */
const spanOf = async (
  unit: UnitLog,
  stream: StreamName,
  query: LogQuery,
): Promise<Span & { writtenMs: number }> => {
  const { first, end, writtenMs } = await unit.bytes[stream].bounds()
  if (query.follow !== true) return { from: first, to: end, writtenMs }
  const lastRun = Math.min(end, Math.max(first, unit.timeline.runs.at(-1)?.from[stream] ?? 0))
  return {
    from: first,
    to: await unfinishedLineStart(unit.bytes[stream], { from: lastRun, to: end }),
    writtenMs,
  }
}

interface SourceOptions extends ScanOptions {
  readonly isBackward: boolean
}

const scanOptions = (query: LogQuery, units: number): ScanOptions => {
  const limits = lineLimits(query)
  // A search is faster in larger blocks; where all lines are wanted, blocks live as long as their lines.
  const most = limits.literal === undefined ? 1 << 18 : 1 << 20
  const share = totalBlockBytes / Math.max(1, units * 2)
  return { ...limits, maxBlockBytes: Math.min(most, Math.max(1 << 14, share)) }
}

const sourcesOf = (
  unit: UnitLog,
  spans: Record<StreamName, Span & { writtenMs: number }>,
  query: LogQuery,
  options: SourceOptions,
): readonly BatchSource<LogLine>[] => {
  const streams = (query.streams ?? allStreams).map((stream) => {
    const ranges = selectRanges(unit.timeline, stream, spans[stream], query)
    const known = { afterMs: 0, atMs: spans[stream].writtenMs }
    return linesOf(unit, stream, options.isBackward ? ranges.toReversed() : ranges, { known, query, options })
  })
  return wantsNotes(query) ? [...streams, notesOf(unit, query, options.isBackward)] : streams
}

interface LineContext {
  readonly known: { readonly afterMs: number; readonly atMs: number }
  readonly query: LogQuery
  readonly options: SourceOptions
}

async function* linesOf(
  unit: UnitLog,
  stream: StreamName,
  ranges: readonly Range[],
  { known, query, options }: LineContext,
): AsyncGenerator<readonly LogLine[]> {
  const scan = options.isBackward ? linesBackward : linesForward
  for (const range of ranges) {
    for await (const batch of scan(unit.bytes[stream], range, options)) {
      yield batch
        .map((raw) => unit.lineOf(stream, raw, known))
        .filter((line) => isWanted(line, query, unit.query))
    }
  }
}

async function* notesOf(
  unit: UnitLog,
  query: LogQuery,
  isBackward: boolean,
): AsyncGenerator<readonly LogLine[]> {
  const lines = unit.timeline.notes
    .filter((note) => isSelectedNote(note, unit.timeline, query))
    .map((note) => unit.lineOfNote(note))
    .filter((line) => isWanted(line, query, unit.query))
  yield isBackward ? lines.reverse() : lines
}

async function* backward(sources: readonly BatchSource<LogLine>[], query: LogQuery): AsyncGenerator<LogLine> {
  const newestFirst = flatten(mergeSorted(sources, (a, b) => compareLines(b, a)))
  const wanted = query.lines === undefined ? newestFirst : take(newestFirst, query.lines)
  if (query.reverse === true) yield* wanted
  else yield* (await collected(wanted)).reverse()
}

const collected = async <T>(items: AsyncIterable<T>): Promise<T[]> => {
  const list: T[] = []
  for await (const item of items) list.push(item)
  return list
}

async function* flatten<T>(batches: AsyncIterable<readonly T[]>): AsyncGenerator<T> {
  for await (const batch of batches) yield* batch
}

async function* take<T>(source: AsyncGenerator<T>, count: number): AsyncGenerator<T> {
  let left = count
  if (left <= 0) {
    await source.return(undefined)
    return
  }
  for await (const item of source) {
    yield item
    if (--left <= 0) return
  }
}
