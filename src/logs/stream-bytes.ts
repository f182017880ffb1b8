/**
 * The bytes of a stream by logical offset, wherever they lie: in archives, or in the file that the service appends to.
 * Works beside a daemon that rotates at the same time: where a file begins is asked before and after each read.
 */
import type { Stats } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { ArchiveReader, readFully } from './archive.ts'
import { readHead, type StreamHead } from './stream-head.ts'
import { type ArchiveName, archivePath, listArchives, type StreamName, streamPath } from './unit-directory.ts'

/** First offset that is kept, and the offset behind the last byte. */
export interface Bounds {
  readonly first: number
  readonly end: number
  /** Time of the last write. */
  readonly writtenMs: number
}

export interface Piece {
  readonly offset: number
  readonly bytes: Buffer
}

const blockBytes = 4096

export class StreamBytes {
  readonly stream: StreamName
  private readonly directory: string
  private archive: { readonly name: ArchiveName; readonly reader: ArchiveReader } | undefined
  private live: { readonly file: FileHandle; readonly inode: number } | undefined

  constructor(directory: string, stream: StreamName) {
    this.directory = directory
    this.stream = stream
  }

  async bounds(): Promise<Bounds> {
    return this.consistently(async (head, stat) => ({
      first: Math.min(head.start, this.archives()[0]?.from ?? head.start),
      end: Math.max(head.start, head.shift + (stat?.size ?? 0)),
      writtenMs: stat?.mtimeMs ?? 0,
    }))
  }

  /**
   * At most `length` bytes from `offset` on; fewer at a seam. A later offset than asked for where bytes are gone;
   * undefined at the end. `into` saves the room for what is read of the file, where there is enough in it.
   */
  async read(offset: number, length: number, into?: Buffer): Promise<Piece | undefined> {
    const archived = await this.readArchived(offset, length)
    if (archived !== undefined) return archived
    const piece = await this.consistently(async (head) => {
      const from = Math.max(offset, head.start)
      if (this.live === undefined) return undefined
      const room = into?.subarray(0, length) ?? Buffer.allocUnsafe(length)
      const bytes = await readFully(this.live.file, room, from - head.shift)
      return { offset: from, bytes, isArchived: offset < head.start }
    })
    if (piece === undefined || piece.bytes.length === 0) return undefined
    // Rotation may have moved `offset` between the two: it is in an archive then, if it is anywhere.
    const moved = piece.isArchived ? await this.readArchived(offset, length) : undefined
    return moved ?? piece
  }

  /** Where to begin reading to get what lies before `end`, at most `length` bytes of it. */
  async stepBack(end: number, length: number): Promise<number> {
    const name = this.archives().find((archive) => archive.from < end && end <= archive.to)
    const start = (await this.bounds()).first
    if (name === undefined) return Math.max(end - length, start, this.archives().at(-1)?.to ?? 0)
    const reader = await this.openArchive(name)
    return name.from + (reader?.frameStartBefore(end - name.from) ?? 0)
  }

  async close(): Promise<void> {
    await this.archive?.reader.close()
    await this.live?.file.close()
    this.archive = undefined
    this.live = undefined
  }

  private async readArchived(offset: number, length: number): Promise<Piece | undefined> {
    const held = this.archive?.name
    const name =
      held !== undefined && held.from <= offset && offset < held.to
        ? held
        : this.archives().find((archive) => offset < archive.to)
    if (name === undefined) return undefined
    const from = Math.max(offset, name.from)
    const bytes = await (await this.openArchive(name))?.readFrom(from - name.from)
    return bytes === undefined
      ? this.read(name.to, length)
      : { offset: from, bytes: bytes.subarray(0, length) }
  }

  /** Undefined for one that was removed meanwhile, as the oldest are. */
  private async openArchive(name: ArchiveName): Promise<ArchiveReader | undefined> {
    if (this.archive?.name.from === name.from) return this.archive.reader
    await this.archive?.reader.close()
    this.archive = undefined
    try {
      const reader = await ArchiveReader.open(archivePath(this.directory, this.stream, name))
      this.archive = { name, reader }
      return reader
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
      throw error
    }
  }

  private archives(): readonly ArchiveName[] {
    return listArchives(this.directory, this.stream)
  }

  /** Runs `read` until the file began at the same place before and after it. */
  private async consistently<T>(read: (head: StreamHead, stat: Stats | undefined) => Promise<T>): Promise<T> {
    for (;;) {
      await this.openLive()
      const before = await this.trueHead()
      const result = await read(before, await this.live?.file.stat())
      const after = await this.trueHead()
      if (before.shift === after.shift && before.start === after.start) return result
    }
  }

  /** A crash, or this moment, may lie between the cutting of the file and the note that it is done. */
  private async trueHead(): Promise<StreamHead> {
    const head = readHead(this.directory, this.stream)
    if (head.pending !== 'collapse' || this.live === undefined) return head
    const firstBlock = await readFully(this.live.file, Buffer.alloc(blockBytes), 0)
    return isZero(firstBlock) ? head : { shift: head.start, start: head.start }
  }

  private async openLive(): Promise<void> {
    const path = streamPath(this.directory, this.stream)
    const file = await openIfThere(path)
    const inode = (await file?.stat())?.ino
    if (inode === this.live?.inode) {
      await file?.close()
      return
    }
    await this.live?.file.close()
    this.live = file === undefined ? undefined : { file, inode: inode ?? 0 }
  }
}

export const isZero = (bytes: Buffer): boolean => bytes.every((byte) => byte === 0)

const openIfThere = async (path: string): Promise<FileHandle | undefined> => {
  try {
    return await open(path, 'r')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
