/**
 * Rotation that loses nothing, while the service goes on writing and knows nothing of it.
 *
 *     1 pack the file's head into OUT.tmp, fsync          crash: the .tmp is thrown away
 *     2 rename it to its name, fsync the directory        crash: the archive's name says what may be freed
 *     3 head file: start = archive's end, pending punch   from here on readers take the archive
 *     4 punch a hole into the first block (or all of it)  repeatable
 *     5 head file: pending collapse                       the hole says whether the cut is made
 *     6 collapse the range; head file: shift = start
 *
 * Where the file system has no collapse, or the block behind the cut is all zeros (and could not be told from the hole),
 * 4 punches the whole range, and 5 and 6 are not.
 */
import { readdirSync, renameSync, rmSync, statfsSync, truncateSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { join } from 'node:path'
import { packArchive, readFully } from './archive.ts'
import { type FreeingOperation, freeHead, probeFreeing } from './free-head.ts'
import { type Cut, planCut, surplusArchives } from './rotation-plan.ts'
import { isZero } from './stream-bytes.ts'
import { encodeHead, type StreamHead, writeHead } from './stream-head.ts'
import type { UnitCapture } from './unit-capture.ts'
import { archivePath, headPath, listArchives, type StreamName, streamPath } from './unit-directory.ts'

/** `truncate`: copy and truncate, which may lose what is written in between; the last resort. */
export type RotationMode = FreeingOperation | 'truncate'

const minBlockBytes = 4096

/** The unit of cutting: a multiple of the file system's block. */
export const blockBytesOf = (directory: string): number =>
  Math.max(minBlockBytes, statfsSync(directory).bsize)

export const probeMode = async (directory: string): Promise<RotationMode> =>
  (await probeFreeing(directory, blockBytesOf(directory))) ?? 'truncate'

export class StreamRotation {
  private readonly unit: UnitCapture
  private readonly stream: StreamName
  private readonly mode: RotationMode
  private readonly blockBytes: number

  constructor(unit: UnitCapture, stream: StreamName, mode: RotationMode) {
    this.unit = unit
    this.stream = stream
    this.mode = mode
    this.blockBytes = blockBytesOf(unit.directory)
  }

  /** Moves all whole blocks to archives, if the file is over its limit. */
  async rotate(): Promise<void> {
    const file = await open(this.path, 'r')
    try {
      const { size } = await file.stat()
      const { limits } = this.unit
      const cut = planCut(this.head, size, this.blockBytes, limits)
      if (cut === undefined) return this.dropArchives(0)
      if (this.mode === 'truncate') await this.copyAndTruncate(file, size)
      else await this.moveAway(file, cut)
      this.dropArchives(0)
    } finally {
      await file.close()
    }
  }

  /** Ends what a crash has left half done. */
  async recover(): Promise<void> {
    removeTemporaries(this.unit.directory, this.stream)
    const { head } = this
    const archived = listArchives(this.unit.directory, this.stream).at(-1)?.to ?? 0
    if (head.pending === undefined && archived <= head.start) return
    const file = await open(this.path, 'r')
    try {
      await this.free(
        file,
        head.pending === undefined ? { ...head, start: archived, pending: 'punch' } : head,
      )
    } finally {
      await file.close()
    }
  }

  /** Removes what lies before `offset`, in archives and in the file, down to whole blocks. */
  async expire(offset: number): Promise<void> {
    this.dropArchives(offset)
    const { shift, start } = this.head
    const to = shift + Math.floor((offset - shift) / this.blockBytes) * this.blockBytes
    if (to <= start || this.mode === 'truncate') return
    const file = await open(this.path, 'r')
    try {
      if ((await file.stat()).size > to - shift) await this.free(file, { shift, start: to, pending: 'punch' })
    } finally {
      await file.close()
    }
  }

  private async moveAway(file: FileHandle, cut: Cut): Promise<void> {
    const { head } = this
    for (const archive of cut.archives) await this.pack(file, archive.from, archive.to)
    await syncDirectory(this.unit.directory)
    // Another file may lie there by now, of which nothing is packed.
    this.unit.look(false)
    if (this.head !== head) return
    await this.free(file, { shift: this.head.shift, start: cut.to, pending: 'punch' })
  }

  private async pack(file: FileHandle, from: number, to: number): Promise<void> {
    const path = archivePath(this.unit.directory, this.stream, { from, to })
    const fresh = `${path}.${process.pid}.tmp`
    await packArchive(file, from - this.head.shift, to - from, fresh)
    renameSync(fresh, path)
  }

  /** From step 3 on, or wherever `head` says that it stopped. */
  private async free(file: FileHandle, head: StreamHead): Promise<void> {
    this.unit.cutting.add(this.stream)
    try {
      await this.freeSteps(file, head)
    } finally {
      // Whether the file is cut already is not known after a failure: its size says nothing until the next attempt.
      if (this.head.pending !== 'collapse') this.unit.cutting.delete(this.stream)
    }
  }

  private async freeSteps(file: FileHandle, { shift, start, pending }: StreamHead): Promise<void> {
    const lengthBytes = start - shift
    if (pending === 'punch') {
      await this.setHead({ shift, start, pending })
      const collapses = this.mode === 'collapse' && !(await this.isZeroAt(file, lengthBytes))
      await this.run('punch', collapses ? this.blockBytes : lengthBytes)
      if (!collapses) return await this.setHead({ shift, start })
    }
    await this.setHead({ shift, start, pending: 'collapse' })
    await this.run('collapse', lengthBytes)
    await this.setHead({ shift: start, start })
  }

  private async run(operation: FreeingOperation, lengthBytes: number): Promise<void> {
    const headText = encodeHead(this.head)
    await freeHead({ file: this.path, headFile: this.headFile, headText, operation, lengthBytes })
  }

  private async isZeroAt(file: FileHandle, position: number): Promise<boolean> {
    return isZero(await readFully(file, Buffer.alloc(minBlockBytes), position))
  }

  private async copyAndTruncate(file: FileHandle, size: number): Promise<void> {
    const end = this.head.shift + size
    await this.pack(file, this.head.start, end)
    await syncDirectory(this.unit.directory)
    this.unit.cutting.add(this.stream)
    try {
      truncateSync(this.path, 0)
      // What was seen to be written after the copy is gone; its offsets are not given to other bytes.
      const start = Math.max(end, this.unit.endKnown(this.stream))
      await this.setHead({ shift: start, start })
    } finally {
      this.unit.cutting.delete(this.stream)
    }
  }

  private dropArchives(expiredOffset: number): void {
    const { directory, limits } = this.unit
    const archives = listArchives(directory, this.stream)
    for (const name of surplusArchives(archives, limits.maxFiles, expiredOffset)) {
      rmSync(archivePath(directory, this.stream, name), { force: true })
    }
  }

  private get head(): StreamHead {
    return this.unit.heads[this.stream]
  }

  private async setHead(head: StreamHead): Promise<void> {
    await writeHead(this.headFile, head)
    this.unit.heads[this.stream] = head
  }

  private get path(): string {
    return streamPath(this.unit.directory, this.stream)
  }

  private get headFile(): string {
    return headPath(this.unit.directory, this.stream)
  }
}

const removeTemporaries = (directory: string, stream: StreamName): void => {
  for (const file of readdirSync(directory)) {
    if (file.startsWith(`${stream}.`) && file.endsWith('.tmp')) rmSync(join(directory, file), { force: true })
  }
}

const syncDirectory = async (path: string): Promise<void> => {
  const directory = await open(path, 'r')
  try {
    await directory.sync()
  } finally {
    await directory.close()
  }
}
