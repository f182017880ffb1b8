/** Which parts of a stream a query can concern, told from the index alone. Pure. */
import { firstWhere, type Run, type SequencedNote, type Timeline } from './timeline.ts'
import type { StreamName } from './unit-directory.ts'

export interface Range {
  readonly from: number
  readonly to: number
  /** `from` may lie within a line, which is then not of the range. */
  readonly isLooseStart: boolean
  /** `to` may lie within a line, which then belongs to the range up to here. */
  readonly endLimit: number
}

export interface Selection {
  readonly sinceMs?: number | undefined
  readonly untilMs?: number | undefined
  /** Full id, or the first digits of it. */
  readonly revision?: string | undefined
  readonly invocation?: string | undefined
  /** Only the last run that ended badly. */
  readonly lastCrash?: boolean | undefined
}

export type Span = Pick<Range, 'from' | 'to'>

/** Ascending, not empty, and without a run's border inside: a line that one run left unfinished is not the next one's. */
export const selectRanges = (
  timeline: Timeline,
  stream: StreamName,
  kept: Span,
  selection: Selection,
): readonly Range[] => {
  const from = startOffset(timeline, stream, selection.sinceMs)
  const to = endOffset(timeline, stream, selection.untilMs)
  const ranges: Range[] = []
  for (const run of runsWithBorders(timeline, stream)) {
    if (!isSelectedRun(run.run, timeline, selection)) continue
    const range = {
      from: Math.max(run.from, kept.from, from),
      to: Math.min(run.to, kept.to, to),
      isLooseStart: from > Math.max(run.from, kept.from),
      endLimit: Math.min(run.to, kept.to),
    }
    if (range.from < range.to) ranges.push(range)
  }
  return ranges
}

export const isSelectedNote = (note: SequencedNote, timeline: Timeline, selection: Selection): boolean =>
  note.atMs >= (selection.sinceMs ?? Number.NEGATIVE_INFINITY) &&
  note.atMs <= (selection.untilMs ?? Number.POSITIVE_INFINITY) &&
  isSelectedRun(timeline.runOfNote(note), timeline, selection)

const startOffset = (timeline: Timeline, stream: StreamName, sinceMs: number | undefined): number => {
  if (sinceMs === undefined) return 0
  const list = timeline.stretches[stream]
  return list[firstWhere(list, (stretch) => stretch.atMs >= sinceMs)]?.start ?? timeline.ends[stream]
}

const endOffset = (timeline: Timeline, stream: StreamName, untilMs: number | undefined): number => {
  if (untilMs === undefined) return Number.POSITIVE_INFINITY
  const list = timeline.stretches[stream]
  const at = firstWhere(list, (stretch) => stretch.afterMs > untilMs)
  return list[at]?.start ?? (timeline.lastMs > untilMs ? timeline.ends[stream] : Number.POSITIVE_INFINITY)
}

interface RunSpan extends Span {
  readonly run: Run | undefined
}

const runsWithBorders = (timeline: Timeline, stream: StreamName): readonly RunSpan[] => {
  const first = timeline.runs[0]
  const before = { run: undefined, from: 0, to: first?.from[stream] ?? Number.POSITIVE_INFINITY }
  const runs = timeline.runs.map((run) => ({
    run,
    from: run.from[stream],
    to: run.to?.[stream] ?? Number.POSITIVE_INFINITY,
  }))
  return [before, ...runs]
}

export const isSelectedRun = (run: Run | undefined, timeline: Timeline, selection: Selection): boolean =>
  (selection.invocation === undefined || run?.invocation?.startsWith(selection.invocation) === true) &&
  (selection.revision === undefined || run?.revision?.startsWith(selection.revision) === true) &&
  (selection.lastCrash !== true || (run !== undefined && run === lastCrashed(timeline)))

const lastCrashed = (timeline: Timeline): Run | undefined => timeline.runs.findLast((run) => run.crashed)
