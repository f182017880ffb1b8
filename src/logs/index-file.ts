/** A unit's index on disk: appended to in batches, read up to its last whole line, rewritten when it grows too long. */
import {
  appendFileSync,
  closeSync,
  fstatSync,
  openSync,
  readSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { decodeRecord, encodeRecord, type IndexRecord } from './index-record.ts'
import { thinRecords } from './thin-records.ts'
import { fileMode } from './unit-directory.ts'

const versionLine = '{"version":1}\n'

/** At this size (some 20,000 records, read in 20 ms) the older records are thinned. */
const maxIndexBytes = 1 << 20

export class IndexFile {
  private readonly path: string
  private waiting = ''
  private sizeBytes = -1
  /** Marks and notes can't be thinned away at will: wait for as much again before the next attempt. */
  private thinAtBytes = maxIndexBytes

  constructor(path: string) {
    this.path = path
  }

  get hasWaiting(): boolean {
    return this.waiting !== ''
  }

  /** The file is gone, with the directory it was in. */
  startOver(): void {
    this.sizeBytes = -1
    this.thinAtBytes = maxIndexBytes
  }

  push(record: IndexRecord): void {
    this.waiting += encodeRecord(record)
  }

  /** Appends what waits. On failure it goes on waiting, and the error is the caller's to tell. */
  flush(): void {
    if (this.waiting === '') return
    const isNew = this.size() === 0
    const text = isNew ? versionLine + this.waiting : this.waiting
    appendFileSync(this.path, text, { mode: fileMode })
    this.sizeBytes += Buffer.byteLength(text)
    this.waiting = ''
    if (this.sizeBytes > this.thinAtBytes) this.thin()
  }

  /**
   * All records of the file. A torn last line (the daemon or the machine died in the middle of it) is ended here, so
   * that the next record starts a line of its own.
   */
  load(): readonly IndexRecord[] {
    const { records, isTorn, nextOffset } = readIndex(this.path, 0)
    this.sizeBytes = nextOffset
    if (isTorn) {
      appendFileSync(this.path, '\n')
      this.sizeBytes = statSync(this.path).size
    }
    return records
  }

  private thin(): void {
    const records = thinRecords(readIndex(this.path, 0).records)
    const text = versionLine + records.map(encodeRecord).join('')
    writeFileSync(`${this.path}.tmp`, text, { mode: fileMode })
    renameSync(`${this.path}.tmp`, this.path)
    this.sizeBytes = Buffer.byteLength(text)
    this.thinAtBytes = Math.max(maxIndexBytes, 2 * this.sizeBytes)
  }

  private size(): number {
    if (this.sizeBytes < 0) this.sizeBytes = statSync(this.path, { throwIfNoEntry: false })?.size ?? 0
    return this.sizeBytes
  }
}

interface IndexPart {
  readonly records: readonly IndexRecord[]
  /** Whether something follows the last line break. */
  readonly isTorn: boolean
  /** Behind the last whole line: where a follower reads on. */
  readonly nextOffset: number
  /** Another number means that the file was rewritten meanwhile. */
  readonly inode: number
}

/** The whole lines of an index from `fromOffset` on; no records where there is no file. */
export const readIndex = (path: string, fromOffset: number): IndexPart => {
  const fd = openIfThere(path)
  if (fd === undefined) return { records: [], isTorn: false, nextOffset: 0, inode: 0 }
  try {
    const { size, ino } = fstatSync(fd)
    const bytes = Buffer.allocUnsafe(Math.max(0, size - fromOffset))
    const got = bytes.subarray(0, readSync(fd, bytes, 0, bytes.length, fromOffset))
    const whole = got.lastIndexOf(0x0a) + 1
    const lines = got.toString('utf8', 0, whole).split('\n')
    const records = lines.map(decodeRecord).filter((record) => record !== undefined)
    return { records, isTorn: whole < got.length, nextOffset: fromOffset + whole, inode: ino }
  } finally {
    closeSync(fd)
  }
}

const openIfThere = (path: string): number | undefined => {
  try {
    return openSync(path, 'r')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
