/** Archives on disk: packing a part of a file, and reading any part of what was packed. */
import { type FileHandle, open } from 'node:fs/promises'
import { promisify } from 'node:util'
import { constants, zstdCompress, zstdDecompress } from 'node:zlib'
import { GitprocError } from '../base/error.ts'
import {
  decodeSeekTable,
  encodeSeekTable,
  type Frame,
  footerBytes,
  frameContentBytes,
  seekTableBytes,
} from './archive-format.ts'
import { fileMode } from './unit-directory.ts'

const compress = promisify(zstdCompress)
const decompress = promisify(zstdDecompress)

/** The fastest level: a log is a tenth of its size already then. */
const packing = { params: { [constants.ZSTD_c_compressionLevel]: 1, [constants.ZSTD_c_checksumFlag]: 1 } }

/**
 * Packs `length` bytes of `source` from `position` on into a new file, which is on disk when this returns. Holds one
 * frame at a time; the compression runs on the thread pool.
 */
export const packArchive = async (
  source: FileHandle,
  position: number,
  length: number,
  path: string,
): Promise<void> => {
  const target = await open(path, 'w', fileMode)
  try {
    const frames: Frame[] = []
    const content = Buffer.allocUnsafe(Math.min(frameContentBytes, length))
    for (let done = 0; done < length; ) {
      const bytes = await readFully(
        source,
        content.subarray(0, Math.min(content.length, length - done)),
        position + done,
      )
      if (bytes.length === 0) throw new Error(`${path}: the file ends ${length - done} bytes too early`)
      const frame = await compress(bytes, packing)
      await target.writeFile(frame)
      frames.push({ compressedBytes: frame.length, contentBytes: bytes.length })
      done += bytes.length
    }
    await target.writeFile(encodeSeekTable(frames))
    await target.sync()
  } finally {
    await target.close()
  }
}

/** Fills `into` from `position` on, or as much of it as the file has. */
export const readFully = async (file: FileHandle, into: Buffer, position: number): Promise<Buffer> => {
  let got = 0
  while (got < into.length) {
    const { bytesRead } = await file.read(into, got, into.length - got, position + got)
    if (bytesRead === 0) break
    got += bytesRead
  }
  return into.subarray(0, got)
}

/** One open archive; keeps the frame last unpacked. */
export class ArchiveReader {
  private readonly path: string
  private readonly file: FileHandle
  private readonly frames: readonly Frame[]
  private unpacked: { readonly frame: Frame; readonly content: Promise<Buffer> } | undefined

  private constructor(path: string, file: FileHandle, frames: readonly Frame[]) {
    this.path = path
    this.file = file
    this.frames = frames
  }

  /** Fails `logs/damaged` for what is no whole archive. */
  static async open(path: string): Promise<ArchiveReader> {
    const file = await open(path, 'r')
    try {
      return new ArchiveReader(path, file, await readFrames(file, path))
    } catch (error) {
      await file.close()
      throw error
    }
  }

  /** The content of one frame from `offset` (within the archive's content) to the frame's end; empty behind the last. */
  async readFrom(offset: number): Promise<Buffer> {
    let contentStart = 0
    let position = 0
    for (const frame of this.frames) {
      if (offset < contentStart + frame.contentBytes) {
        return (await this.contentOf(frame, position)).subarray(offset - contentStart)
      }
      contentStart += frame.contentBytes
      position += frame.compressedBytes
    }
    return Buffer.alloc(0)
  }

  /** Where the frame that holds the byte before `offset` begins, so that a backward reader unpacks each frame once. */
  frameStartBefore(offset: number): number {
    let contentStart = 0
    for (const frame of this.frames) {
      if (offset <= contentStart + frame.contentBytes) return contentStart
      contentStart += frame.contentBytes
    }
    return contentStart
  }

  async close(): Promise<void> {
    await this.file.close()
  }

  private contentOf(frame: Frame, position: number): Promise<Buffer> {
    if (this.unpacked?.frame !== frame) this.unpacked = { frame, content: this.unpack(frame, position) }
    return this.unpacked.content
  }

  private async unpack(frame: Frame, position: number): Promise<Buffer> {
    const bytes = await readFully(this.file, Buffer.allocUnsafe(frame.compressedBytes), position)
    try {
      return await decompress(bytes, { chunkSize: Math.max(64, frame.contentBytes) })
    } catch (cause) {
      throw damaged(this.path, cause)
    }
  }
}

const readFrames = async (file: FileHandle, path: string): Promise<readonly Frame[]> => {
  const { size } = await file.stat()
  const footer = await readFully(file, Buffer.alloc(footerBytes), Math.max(0, size - footerBytes))
  const length = seekTableBytes(footer)
  if (length === undefined || length > size) throw damaged(path)
  return decodeSeekTable(await readFully(file, Buffer.allocUnsafe(length), size - length))
}

const damaged = (path: string, cause?: unknown): GitprocError =>
  new GitprocError('logs/damaged', `${path} is no archive of ours, or damaged`, {
    remedy: 'what came later is told by -n and --since; with the file out of the way the rest is',
    cause,
  })
