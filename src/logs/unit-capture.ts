/** One unit's capture: knows how long its streams are and writes to the index when they have grown. Never touches their bytes. */
import { closeSync, mkdirSync, openSync, readdirSync, type Stats, statSync } from 'node:fs'
import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import { IndexFile } from './index-file.ts'
import type { Ends, IndexRecord } from './index-record.ts'
import type { LogLimits } from './log-limits.ts'
import { likelyHead, recallHead, type StreamHead, untouchedHead, writeHeadNow } from './stream-head.ts'
import {
  directoryMode,
  fileMode,
  headPath,
  indexPath,
  parseArchiveName,
  type StreamName,
  streamNames,
  streamPath,
} from './unit-directory.ts'

export interface CaptureHost {
  readonly clock: Clock
  readonly log: Log
}

export class UnitCapture {
  readonly unit: string
  readonly directory: string
  limits: LogLimits
  /** Where each stream's file begins; rotation replaces it. */
  readonly heads: Record<StreamName, StreamHead> = { out: untouchedHead, err: untouchedHead }
  /** A stream whose file is being cut at this moment: its size says nothing. */
  readonly cutting = new Set<StreamName>()
  /** By how much each stream grew between the last two looks. */
  grownBytes: Ends = { out: 0, err: 0 }
  private readonly host: CaptureHost
  private readonly index: IndexFile
  private ends: Ends = { out: 0, err: 0 }
  /** When the streams were known to be no longer than `ends`. */
  private lookedAtMs: number
  /** The files that the streams were when last looked at. */
  private readonly inodes: Record<StreamName, number | undefined> = { out: undefined, err: undefined }
  private hasFailed = false
  /** What was in the directory when it was opened. */
  private files: readonly string[] = []

  constructor(unit: string, directory: string, limits: LogLimits, host: CaptureHost) {
    this.unit = unit
    this.directory = directory
    this.limits = limits
    this.host = host
    this.index = new IndexFile(indexPath(directory))
    this.lookedAtMs = host.clock.now()
  }

  /** True if there was no directory yet. */
  makeFiles(): boolean {
    const made = mkdirSync(this.directory, { recursive: true, mode: directoryMode })
    for (const stream of streamNames) closeSync(openSync(streamPath(this.directory, stream), 'a', fileMode))
    if (made !== undefined) this.index.startOver()
    return made !== undefined
  }

  /** Makes directory and files, and takes up where the index ends. */
  prepare(): void {
    if (this.makeFiles()) return
    this.files = readdirSync(this.directory)
    for (const stream of streamNames) this.recall(stream)
    const last = this.index.load().at(-1)
    if (last === undefined) {
      this.lookedAtMs = statSync(this.directory).birthtimeMs
      return
    }
    this.ends = last.ends
    this.lookedAtMs = Math.min(last.atMs, this.host.clock.now())
  }

  /** A rotation was begun and not ended: until it is, the file's size says nothing. */
  needsRecovery(stream: StreamName): boolean {
    const { pending, start } = this.heads[stream]
    if (pending !== undefined) this.cutting.add(stream)
    return pending !== undefined || this.files.some((file) => isLeftOver(file, stream, start))
  }

  /** How long a stream's file is, less what was moved away. */
  liveBytes(stream: StreamName): number {
    return this.ends[stream] - this.heads[stream].start
  }

  /** Behind the last byte seen of a stream. */
  endKnown(stream: StreamName): number {
    return this.ends[stream]
  }

  look(isPrompt: boolean): boolean {
    const now = this.host.clock.now()
    const before = this.ends
    const out = this.statOf('out')
    const err = this.statOf('err')
    this.ends = { out: this.endOf('out', out), err: this.endOf('err', err) }
    this.grownBytes = { out: this.ends.out - before.out, err: this.ends.err - before.err }
    const lookedAtMs = this.lookedAtMs
    this.lookedAtMs = now
    if (this.ends.out === before.out && this.ends.err === before.err) return false
    // The file's own time of its last write is nearer to the truth than the time at which we come to look.
    const writtenMs = Math.max(
      this.ends.out > before.out ? (out?.mtimeMs ?? 0) : 0,
      this.ends.err > before.err ? (err?.mtimeMs ?? 0) : 0,
    )
    const atMs = rounded(Math.min(now, Math.max(lookedAtMs, writtenMs)))
    this.index.push({ kind: 'growth', atMs, afterMs: isPrompt ? atMs : rounded(lookedAtMs), ends: this.ends })
    return true
  }

  mark(invocation: string, revision: string | undefined): void {
    this.pushEvent({
      kind: 'mark',
      atMs: rounded(this.host.clock.now()),
      ends: this.ends,
      invocation,
      revision,
    })
  }

  note(text: string, isCrash: boolean): void {
    this.pushEvent({ kind: 'note', atMs: rounded(this.host.clock.now()), ends: this.ends, text, isCrash })
  }

  flush(): void {
    try {
      this.index.flush()
      this.hasFailed = false
    } catch (cause) {
      if (!this.hasFailed)
        this.host.log.warn('log index not written, kept in memory', { unit: this.unit, cause })
      this.hasFailed = true
    }
  }

  get hasWaiting(): boolean {
    return this.index.hasWaiting
  }

  private pushEvent(record: IndexRecord): void {
    // The file system's clock lags behind ours by a tick: what is written from now on must not seem earlier than this.
    this.lookedAtMs = record.atMs
    this.index.push(record)
    this.flush()
  }

  private statOf(stream: StreamName): Stats | undefined {
    if (this.cutting.has(stream)) return undefined
    return statSync(streamPath(this.directory, stream), { throwIfNoEntry: false })
  }

  private endOf(stream: StreamName, stat: Stats | undefined): number {
    const known = this.ends[stream]
    if (stat === undefined) return known
    const end = this.heads[stream].shift + stat.size
    const isReplaced = known > 0 && (this.inodes[stream] ?? stat.ino) !== stat.ino
    this.inodes[stream] = stat.ino
    if (end >= known && !isReplaced) return end
    this.beginAnew(stream)
    return known + stat.size
  }

  private recall(stream: StreamName): void {
    const head = recallHead(this.directory, stream)
    this.heads[stream] = head ?? likelyHead(this.directory, stream)
    if (head !== undefined) return
    writeHeadNow(headPath(this.directory, stream), this.heads[stream])
    this.host.log.warn('what was noted of the last rotation is damaged: the log may repeat lines', {
      unit: this.unit,
      stream,
    })
  }

  /** Somebody else emptied or replaced the file: what is in it now comes after all that was known. */
  private beginAnew(stream: StreamName): void {
    const known = this.ends[stream]
    const head: StreamHead = { shift: known, start: known }
    writeHeadNow(headPath(this.directory, stream), head)
    this.heads[stream] = head
    this.host.log.warn('log file was emptied or replaced by someone else', { unit: this.unit, stream })
  }
}

/** A temporary file, or an archive of what the file still has. */
const isLeftOver = (file: string, stream: StreamName, start: number): boolean =>
  (file.startsWith(`${stream}.`) && file.endsWith('.tmp')) ||
  (parseArchiveName(stream, file)?.to ?? 0) > start

/** Microseconds are more than any of our clocks knows. */
const rounded = (ms: number): number => Math.round(ms * 1000) / 1000
