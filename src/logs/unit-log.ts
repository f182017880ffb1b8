/** One unit's logs, opened for reading: bytes and index together make lines. */

import { readIndex } from './index-file.ts'
import { lineSettingsStamp, readLineSettings } from './line-settings.ts'
import type { LogLine } from './log-line.ts'
import { defaultPriority, parsePriority } from './priority.ts'
import type { UnitQuery } from './query.ts'
import type { RawLine } from './raw-line.ts'
import { StreamBytes } from './stream-bytes.ts'
import { type Run, type SequencedNote, type Stretch, Timeline } from './timeline.ts'
import { indexPath, type StreamName, unitDirectory } from './unit-directory.ts'

export class UnitLog {
  query: UnitQuery
  readonly directory: string
  readonly bytes: Readonly<Record<StreamName, StreamBytes>>
  timeline = new Timeline()
  private readonly asked: UnitQuery
  private settingsStamp = ''
  private indexOffset = 0
  private indexInode = 0
  private lastStretch: Record<StreamName, Stretch | undefined> = { out: undefined, err: undefined }

  constructor(root: string, query: UnitQuery) {
    this.query = query
    this.asked = query
    this.directory = unitDirectory(root, query.name)
    this.bytes = { out: new StreamBytes(this.directory, 'out'), err: new StreamBytes(this.directory, 'err') }
    this.refresh()
  }

  /** Reads what the index has got since the last time; gives back the notes that are new. */
  refresh(): readonly SequencedNote[] {
    this.refreshSettings()
    const path = indexPath(this.directory)
    const told = this.timeline.notes
    let part = readIndex(path, this.indexOffset)
    const wasRewritten = this.indexOffset > 0 && part.inode !== this.indexInode
    if (wasRewritten) {
      this.timeline = new Timeline()
      part = readIndex(path, 0)
    }
    this.indexInode = part.inode
    this.indexOffset = part.nextOffset
    const count = this.timeline.notes.length
    for (const record of part.records) this.timeline.add(record)
    this.lastStretch = { out: undefined, err: undefined }
    if (!wasRewritten) return this.timeline.notes.slice(count)
    return this.timeline.notes.filter((note) => note.atMs > (told.at(-1)?.atMs ?? 0))
  }

  /** `known` is the interval for what the index does not know yet. */
  lineOf(
    stream: StreamName,
    raw: RawLine,
    known: { readonly afterMs: number; readonly atMs: number },
  ): LogLine {
    const stretch = this.stretchAt(stream, raw.offset)
    const isIndexed = stretch.end !== Number.POSITIVE_INFINITY
    const notBeforeMs = isIndexed ? stretch.afterMs : Math.max(stretch.afterMs, known.afterMs)
    const notAfterMs = Math.max(notBeforeMs, isIndexed ? stretch.atMs : known.atMs)
    const run = this.timeline.runAt(stream, raw.offset)
    const text = raw.bytes.toString('utf8')
    const fallback = this.query.defaultPriority ?? defaultPriority
    const { priority, message } =
      this.query.hasLevelPrefix === false
        ? { priority: fallback, message: text }
        : parsePriority(text, fallback)
    return {
      unit: this.query.name,
      source: stream,
      timeMs: isIndexed ? timeWithin(stretch, raw.end) : notAfterMs,
      notBeforeMs,
      notAfterMs,
      invocation: run?.invocation,
      revision: run?.revision,
      identifier: this.identifier,
      priority,
      message,
      omittedBytes: raw.omittedBytes,
      raw,
      sequence: stretch.sequence,
    }
  }

  lineOfNote(note: SequencedNote): LogLine {
    const run = this.timeline.runOfNote(note)
    return {
      unit: this.query.name,
      source: 'note',
      timeMs: note.atMs,
      notBeforeMs: note.atMs,
      notAfterMs: note.atMs,
      invocation: run?.invocation,
      revision: run?.revision,
      identifier: this.identifier,
      priority: note.isCrash ? 3 : defaultPriority,
      message: note.text,
      omittedBytes: 0,
      raw: undefined,
      sequence: note.sequence,
    }
  }

  runOf(line: LogLine): Run | undefined {
    return this.timeline.runs.findLast((run) => run.invocation === line.invocation)
  }

  async close(): Promise<void> {
    await this.bytes.out.close()
    await this.bytes.err.close()
  }

  private get identifier(): string {
    return this.query.identifier ?? this.query.name.replace(/\.service$/, '')
  }

  private refreshSettings(): void {
    const stamp = lineSettingsStamp(this.directory)
    if (stamp === this.settingsStamp) return
    this.settingsStamp = stamp
    this.query = { ...readLineSettings(this.directory), ...this.asked }
  }

  /** Neighbouring lines mostly lie in the same stretch. */
  private stretchAt(stream: StreamName, offset: number): Stretch {
    const last = this.lastStretch[stream]
    if (last !== undefined && last.start <= offset && offset < last.end) return last
    const stretch = this.timeline.stretchAt(stream, offset)
    this.lastStretch[stream] = stretch
    return stretch
  }
}

/**
 * As if the bytes of a stretch had come evenly, the last of them at its end: a stretch of one line is not less exact than
 * the file's time of its last write.
 */
const timeWithin = ({ start, end, afterMs, atMs }: Stretch, offset: number): number =>
  afterMs + ((atMs - afterMs) * (Math.min(offset, end) - start)) / (end - start)
