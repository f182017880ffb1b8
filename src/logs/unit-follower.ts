/** Follows one unit: what was written to its streams, and noted of it, since the last time. */
import { LineSplitter } from './line-splitter.ts'
import type { LogLine } from './log-line.ts'
import { allStreams, type LogQuery, lineLimits, wantsNotes } from './query.ts'
import type { RawLine } from './raw-line.ts'
import type { Bounds } from './stream-bytes.ts'
import { piecesOf } from './stream-lines.ts'
import type { SequencedNote } from './timeline.ts'
import type { StreamName } from './unit-directory.ts'
import type { UnitLog } from './unit-log.ts'

/** So much of a stream at a time: others shall be heard between, and memory is bounded. */
const maxPollBytes = 1 << 20

interface Followed {
  readonly stream: StreamName
  readonly splitter: LineSplitter
  at: number
}

export class UnitFollower {
  readonly unit: UnitLog
  /** There is more to read at once. */
  hasMore = false
  /** Then all streams are told up to here; what is left of one may be older than what was read of another. */
  toldUntilMs = Number.POSITIVE_INFINITY
  private readonly streams: readonly Followed[]
  private readonly tellsNotes: boolean
  private polledMs = Date.now()

  constructor(unit: UnitLog, position: Readonly<Record<StreamName, number>>, query: LogQuery) {
    this.unit = unit
    this.tellsNotes = wantsNotes(query)
    const limits = lineLimits(query)
    this.streams = (query.streams ?? allStreams).map((stream) => ({
      stream,
      splitter: new LineSplitter(limits),
      at: position[stream],
    }))
  }

  get directory(): string {
    return this.unit.directory
  }

  async poll(): Promise<readonly LogLine[]> {
    const bounds = new Map<StreamName, Bounds>()
    for (const { stream } of this.streams) bounds.set(stream, await this.unit.bytes[stream].bounds())
    // After the sizes: what the index says of a run's border is there before the run writes anything.
    const notes = this.unit.refresh()
    const known = { afterMs: this.polledMs, atMs: Date.now() }
    this.polledMs = known.atMs
    this.hasMore = false
    this.toldUntilMs = Number.POSITIVE_INFINITY
    const lines: LogLine[] = []
    for (const followed of this.streams) {
      const end = bounds.get(followed.stream)!
      const raws = await this.advance(followed, end, notes)
      const told = raws.map((raw) => this.unit.lineOf(followed.stream, raw, known))
      lines.push(...told)
      if (followed.at < end.end) this.toldUntilMs = Math.min(this.toldUntilMs, told.at(-1)?.timeMs ?? 0)
    }
    return this.tellsNotes ? [...lines, ...notes.map((note) => this.unit.lineOfNote(note))] : lines
  }

  /** Lines that have had no end. */
  finish(): readonly LogLine[] {
    const known = { afterMs: this.polledMs, atMs: Date.now() }
    return this.streams.flatMap(({ stream, splitter }) =>
      splitter.flush().map((raw) => this.unit.lineOf(stream, raw, known)),
    )
  }

  async close(): Promise<void> {
    await this.unit.close()
  }

  private async advance(
    followed: Followed,
    { end }: Bounds,
    notes: readonly SequencedNote[],
  ): Promise<readonly RawLine[]> {
    const to = Math.min(end, followed.at + maxPollBytes)
    if (to < end) this.hasMore = true
    const lines: RawLine[] = []
    for (const border of [...this.borders(followed, to), to]) {
      const isRunEnd = border < to || this.isRunEnd(followed, to, notes)
      for await (const piece of piecesOf(
        this.unit.bytes[followed.stream],
        { from: followed.at, to: border },
        maxPollBytes,
      )) {
        lines.push(...followed.splitter.push(piece))
        followed.at = piece.offset + piece.bytes.length
      }
      if (isRunEnd) lines.push(...followed.splitter.flush())
    }
    return lines
  }

  /** Where runs begin within what is to be read. */
  private borders({ stream, at }: Followed, to: number): readonly number[] {
    return this.unit.timeline.runs
      .map((run) => run.from[stream])
      .filter((offset) => offset >= at && offset < to)
  }

  /** Something happened (an exit, mostly), and nothing was written after it. */
  private isRunEnd({ stream }: Followed, to: number, notes: readonly SequencedNote[]): boolean {
    return (
      notes.some((note) => note.ends[stream] === to) || this.unit.timeline.runs.at(-1)?.from[stream] === to
    )
  }
}
