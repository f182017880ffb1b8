/**
 * Takes a pack as it comes from a remote and puts it into a repository: on disk at once, so that memory does not grow with it;
 * every object is named by its own bytes, so that a remote cannot give one under a wrong id. A pack without the bases of its
 * deltas gets them appended: what lies in a repository is whole.
 */
import { createHash, randomBytes } from 'node:crypto'
import {
  closeSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { yieldToOthers } from '../last-change.ts'
import { syncDirectory, writeWhole } from '../owned-file.ts'
import { PackIndexing } from './index-pack.ts'
import type { GitObject } from './pack-entry.ts'
import { PackHash } from './pack-hash.ts'
import { packIndex } from './pack-index.ts'
import { PackScan } from './pack-scan.ts'
import { packEntry, packHeader } from './pack-writer.ts'

export interface PackSource {
  /** The pack's bytes, in order. */
  readonly chunks: AsyncIterable<Buffer>
  /** An object that we have told the remote to be here. Throws where it is not. */
  readonly base: (oid: string) => GitObject
  readonly signal: AbortSignal
}

const trailerBytes = 20
const packMode = 0o444
const chunkBytes = 256 * 1024
/** How long others may have to wait. */
const sliceMs = 10

/** Throws RangeError where it is no pack, or one that was cut short; nothing is left of it then. */
export const receivePack = async (objectsDir: string, source: PackSource): Promise<void> => {
  const directory = join(objectsDir, 'pack')
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  // The name is one that `git gc` takes away, should we be killed here.
  const temporary = join(directory, `tmp_pack_${randomBytes(6).toString('hex')}`)
  const fd = openSync(temporary, 'wx+', packMode)
  try {
    await store(fd, source)
    const indexing = await index(fd, source)
    if (indexing.objects.length === 0) return
    const trailer = readTrailer(fd)
    fsyncSync(fd)
    const name = join(directory, `pack-${trailer.toString('hex')}`)
    const indexFile = `${temporary}.idx`
    writeWhole(indexFile, packIndex(indexing.objects, trailer), packMode)
    renameSync(temporary, `${name}.pack`)
    // The index comes last: a pack without one is not there yet.
    renameSync(indexFile, `${name}.idx`)
    syncDirectory(directory)
  } finally {
    closeSync(fd)
    rmSync(temporary, { force: true })
    rmSync(`${temporary}.idx`, { force: true })
  }
}

const store = async (fd: number, { chunks }: PackSource): Promise<void> => {
  const hash = new PackHash()
  let position = 0
  for await (const chunk of chunks) {
    hash.add(chunk)
    position = writeAt(fd, chunk, position)
  }
  if (!hash.isRight()) throw new RangeError('a pack was cut short, or damaged on its way')
}

const index = async (fd: number, { base, signal }: PackSource): Promise<PackIndexing> => {
  const breathe = breathing(signal)
  const scan = new PackScan(fd, fstatSync(fd).size)
  const indexing = new PackIndexing(scan, breathe)
  await indexing.run()
  const bases = indexing.missing.map((oid) => ({ oid, object: base(oid) }))
  for (const { oid, object } of bases) await indexing.complete(object, oid)
  indexing.finish()
  if (bases.length > 0) await append(fd, indexing, { bases, breathe })
  return indexing
}

interface Base {
  readonly oid: string
  readonly object: GitObject
}

type Breathe = () => Promise<void> | undefined

/** Puts the bases behind the last object, and mends the count and the trailer. */
const append = async (
  fd: number,
  { objects }: PackIndexing,
  { bases, breathe }: { readonly bases: readonly Base[]; readonly breathe: Breathe },
): Promise<void> => {
  let offset = fstatSync(fd).size - trailerBytes
  ftruncateSync(fd, offset)
  for (const { oid, object } of bases) {
    const entry = packEntry(object)
    objects.push({ oid, offset, crc: crc32(entry) })
    offset = writeAt(fd, entry, offset)
  }
  writeAt(fd, packHeader(objects.length), 0)
  writeAt(fd, await hashOf(fd, breathe), offset)
}

/** Gives where the next byte goes. */
const writeAt = (fd: number, bytes: Buffer, position: number): number => {
  for (let done = 0; done < bytes.length; )
    done += writeSync(fd, bytes, done, bytes.length - done, position + done)
  return position + bytes.length
}

const hashOf = async (fd: number, breathe: Breathe): Promise<Buffer> => {
  const hash = createHash('sha1')
  const chunk = Buffer.allocUnsafe(chunkBytes)
  let position = 0
  for (let read = -1; read !== 0; position += read) {
    await breathe()
    read = readSync(fd, chunk, 0, chunkBytes, position)
    hash.update(chunk.subarray(0, read))
  }
  return hash.digest()
}

const readTrailer = (fd: number): Buffer => {
  const trailer = Buffer.alloc(trailerBytes)
  readSync(fd, trailer, 0, trailerBytes, fstatSync(fd).size - trailerBytes)
  return trailer
}

/** Lets others run when their time has come; throws when nobody wants the work any more. */
const breathing = (signal: AbortSignal): Breathe => {
  let since = performance.now()
  return () => {
    if (performance.now() - since < sliceMs) return undefined
    signal.throwIfAborted()
    since = performance.now()
    return yieldToOthers().then(() => {
      since = performance.now()
    })
  }
}
