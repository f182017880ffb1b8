/**
 * What the index says of a unit, folded for questions: when was the byte at this offset written, in which run, and what
 * happened in between. Pure; grows record by record, so that a follower folds on.
 */
import type { Ends, IndexRecord, MarkRecord, NoteRecord } from './index-record.ts'
import type { StreamName } from './unit-directory.ts'

/** Bytes `start` to `end` of a stream were written between `afterMs` and `atMs`. */
export interface Stretch {
  readonly start: number
  readonly end: number
  readonly afterMs: number
  readonly atMs: number
  /** Number of the record: what has a smaller one was seen earlier. */
  readonly sequence: number
}

/** A run, from its mark to the next one. */
export interface Run {
  readonly invocation: string | undefined
  readonly revision: string | undefined
  readonly atMs: number
  readonly sequence: number
  readonly from: Ends
  /** Undefined for the last one. */
  readonly to: Ends | undefined
  readonly crashed: boolean
}

export interface SequencedNote extends NoteRecord {
  readonly sequence: number
}

export class Timeline {
  readonly stretches: Record<StreamName, Stretch[]> = { out: [], err: [] }
  readonly notes: SequencedNote[] = []
  readonly runs: Run[] = []
  /** When the streams were last looked at, as far as the index knows. */
  lastMs = 0
  ends: Ends = { out: 0, err: 0 }
  private count = 0

  add(record: IndexRecord): void {
    const sequence = this.count++
    const afterMs = record.kind === 'growth' ? record.afterMs : record.atMs
    this.addStretch('out', { ...record, afterMs }, sequence)
    this.addStretch('err', { ...record, afterMs }, sequence)
    if (record.kind === 'note') this.addNote({ ...record, sequence })
    if (record.kind === 'mark') this.addRun(record, sequence)
    this.lastMs = record.atMs
    this.ends = {
      out: Math.max(this.ends.out, record.ends.out),
      err: Math.max(this.ends.err, record.ends.err),
    }
  }

  /** The stretch in which the byte at `offset` lies; one that ends at Infinity where the index does not know it yet. */
  stretchAt(stream: StreamName, offset: number): Stretch {
    const list = this.stretches[stream]
    const at = firstWhere(list, (stretch) => stretch.end > offset)
    return (
      list[at] ?? {
        start: this.ends[stream],
        end: Number.POSITIVE_INFINITY,
        afterMs: this.lastMs,
        atMs: Number.POSITIVE_INFINITY,
        sequence: this.count,
      }
    )
  }

  /** The run to which the byte at `offset` belongs; undefined before the first mark. */
  runAt(stream: StreamName, offset: number): Run | undefined {
    return this.runs[firstWhere(this.runs, (run) => run.from[stream] > offset) - 1]
  }

  /** The run during which a note was made. */
  runOfNote(note: SequencedNote): Run | undefined {
    return this.runs[firstWhere(this.runs, (run) => run.sequence > note.sequence) - 1]
  }

  private addStretch(
    stream: StreamName,
    seen: { ends: Ends; afterMs: number; atMs: number },
    sequence: number,
  ): void {
    const end = seen.ends[stream]
    const start = this.ends[stream]
    if (end <= start) return
    this.stretches[stream].push({ start, end, afterMs: seen.afterMs, atMs: seen.atMs, sequence })
  }

  private addNote(note: SequencedNote): void {
    this.notes.push(note)
    const run = this.runs.at(-1)
    if (note.isCrash && run !== undefined) this.runs[this.runs.length - 1] = { ...run, crashed: true }
  }

  private addRun({ atMs, ends, invocation, revision }: MarkRecord, sequence: number): void {
    const last = this.runs.at(-1)
    if (last?.invocation === invocation && last.revision === revision) return
    if (last !== undefined) this.runs[this.runs.length - 1] = { ...last, to: ends }
    this.runs.push({ invocation, revision, atMs, sequence, from: ends, to: undefined, crashed: false })
  }
}

/** Index of the first element for which `holds` is true, given that it stays true from there on. */
export const firstWhere = <T>(list: readonly T[], holds: (item: T) => boolean): number => {
  let low = 0
  let high = list.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (holds(list[middle]!)) high = middle
    else low = middle + 1
  }
  return low
}
