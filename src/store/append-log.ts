/**
 * A file of JSON lines that is only appended to. The first line says what it is; a torn last line, from a crash in the middle
 * of a write, is cut off when the file is opened. What was appended has reached the kernel when `append` returns (so it
 * survives a SIGKILL), and the disk when `sync` resolves (so it survives a power cut).
 */
import {
  closeSync,
  fstatSync,
  fsync,
  ftruncateSync,
  openSync,
  readFileSync,
  readSync,
  writeSync,
} from 'node:fs'
import { checkVersion, fileMode, replaceFileSync, unreadable, unwritable } from './state-directory.ts'

export interface LogKind {
  /** What the first line says: `generations`. */
  readonly name: string
  readonly version: number
}

export interface OpenedLog {
  readonly log: AppendLog
  /** Each record with where its line lies. */
  readonly records: readonly PlacedRecord[]
  /** How many lines made no sense: normally none, one after a crash. */
  readonly dropped: number
}

export interface PlacedRecord {
  readonly value: unknown
  readonly place: Place
}

/** A line's bytes in the file. */
export interface Place {
  readonly offset: number
  readonly length: number
}

export class AppendLog {
  readonly path: string
  readonly #kind: LogKind
  #fd: number
  /** Where the next line begins: all before it is whole. */
  #length: number
  #syncing: Promise<void> = Promise.resolve()
  #nextSync: Promise<void> | undefined

  private constructor(path: string, kind: LogKind, fd: number) {
    this.path = path
    this.#kind = kind
    this.#fd = fd
    this.#length = fstatSync(fd).size
  }

  /** Fails `store/read` (a newer version, another kind of file), `store/write`. */
  static open(path: string, kind: LogKind): OpenedLog {
    const bytes = readOrEmpty(path)
    const whole = bytes.lastIndexOf(0x0a) + 1
    const { records, dropped } = parseLines(bytes.subarray(0, whole))
    checkHeader(path, kind, whole === 0 ? undefined : records.shift()?.value, whole)
    const log = new AppendLog(path, kind, openToAppend(path, whole))
    if (whole === 0) log.append([])
    return { log, records, dropped: dropped + (whole < bytes.length ? 1 : 0) }
  }

  /** Bytes of the file. */
  get length(): number {
    return this.#length
  }

  /** Writes records in one go and says where they lie. Fails `store/write`, and then none of them is there. */
  append(values: readonly unknown[]): Place[] {
    const first = this.#length === 0 ? [this.#header()] : []
    const lines = [...first, ...values].map(lineOf)
    const before = this.#length
    try {
      const bytes = Buffer.concat(lines)
      for (let written = 0; written < bytes.length; ) written += writeSync(this.#fd, bytes, written)
      this.#length += bytes.length
    } catch (error) {
      this.#takeBack(before)
      throw unwritable(this.path, error)
    }
    return placesOf(lines, before).slice(first.length)
  }

  /** Everything appended so far is on disk when it resolves; callers at the same time share one fsync. Fails `store/write`. */
  sync(): Promise<void> {
    this.#nextSync ??= this.#syncing
      .catch(() => {})
      .then(() => {
        this.#nextSync = undefined
        this.#syncing = this.#fsync()
        return this.#syncing
      })
    return this.#nextSync
  }

  /** Reads one record back. Fails `store/read`. */
  read(place: Place): unknown {
    const bytes = Buffer.allocUnsafe(place.length)
    try {
      readSync(this.#fd, bytes, 0, place.length, place.offset)
      return JSON.parse(bytes.toString())
    } catch (error) {
      throw unreadable(this.path, (error as Error).message, error)
    }
  }

  /** Every record that makes sense, read from the disk again: for what is asked seldom and kept in no memory. */
  readAll(): unknown[] {
    const bytes = readOrEmpty(this.path)
    const { records } = parseLines(bytes.subarray(0, bytes.lastIndexOf(0x0a) + 1))
    return records.slice(1).map(({ value }) => value)
  }

  /**
   * Puts a new file with only these records in the place of the old one. Where that fails the old one stays, which is no
   * loss: undefined then, and the next time may do better.
   */
  compact(values: Iterable<unknown>, durable: boolean): Place[] | undefined {
    const lines = [this.#header(), ...values].map(lineOf)
    try {
      replaceFileSync(this.path, Buffer.concat(lines), durable)
    } catch {
      return undefined
    }
    const old = this.#fd
    this.#fd = openSync(this.path, 'a+', fileMode)
    this.#length = fstatSync(this.#fd).size
    // An fsync of the old file may still be under way.
    void this.#syncing.catch(() => {}).then(() => closeSync(old))
    return placesOf(lines, 0).slice(1)
  }

  async close(): Promise<void> {
    await this.sync()
    closeSync(this.#fd)
  }

  /** Half a line must not stand before the next one. Making a file shorter works on a full disk, too. */
  #takeBack(length: number): void {
    try {
      ftruncateSync(this.#fd, length)
    } catch {
      // The device is broken beyond that: the next append fails as well, and says so.
    }
  }

  #header(): unknown {
    return { gitproc: this.#kind.name, version: this.#kind.version }
  }

  #fsync(): Promise<void> {
    return new Promise((resolve, reject) => {
      fsync(this.#fd, (error) => (error === null ? resolve() : reject(unwritable(this.path, error))))
    })
  }
}

const readOrEmpty = (path: string): Buffer => {
  try {
    return readFileSync(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return Buffer.alloc(0)
    throw unreadable(path, (error as Error).message, error)
  }
}

const openToAppend = (path: string, whole: number): number => {
  try {
    const fd = openSync(path, 'a+', fileMode)
    ftruncateSync(fd, whole)
    return fd
  } catch (error) {
    throw unwritable(path, error)
  }
}

const parseLines = (bytes: Buffer): { records: PlacedRecord[]; dropped: number } => {
  const records: PlacedRecord[] = []
  let dropped = 0
  for (let offset = 0; offset < bytes.length; ) {
    const end = bytes.indexOf(0x0a, offset)
    const value = parseLine(bytes.toString('utf8', offset, end))
    if (value === undefined) dropped++
    else records.push({ value, place: { offset, length: end + 1 - offset } })
    offset = end + 1
  }
  return { records, dropped }
}

const parseLine = (line: string): unknown => {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

const checkHeader = (path: string, kind: LogKind, header: unknown, length: number): void => {
  if (length === 0) return
  const { gitproc, version } = (header ?? {}) as { gitproc?: unknown; version?: unknown }
  if (gitproc !== kind.name) throw unreadable(path, `it does not begin as a file of ${kind.name}`)
  checkVersion(path, version, kind.version)
}

const lineOf = (value: unknown): Buffer => Buffer.from(`${JSON.stringify(value)}\n`)

const placesOf = (lines: readonly Buffer[], start: number): Place[] => {
  let offset = start
  return lines.map(({ length }) => {
    const place = { offset, length }
    offset += length
    return place
  })
}
