/**
 * The index (gitformat-index(5)), versions 2 to 4. Extensions are caches and are dropped when it is written; the two that
 * are not (a split or a sparse index) are refused.
 */
import { createHash } from 'node:crypto'
import type { BigIntStats } from 'node:fs'
import { GitprocError } from '../base/error.ts'
import { readBytes } from './git-directory.ts'

export interface IndexEntry {
  /** Relative to the work tree, one character for each byte. */
  readonly path: string
  readonly mode: number
  readonly oid: string
  /** 0, or 1 to 3 while a merge has a conflict. */
  readonly stage: number
  readonly assumeValid: boolean
  readonly skipWorktree: boolean
  readonly intentToAdd: boolean
  /** The first 40 bytes as they lie there: what `lstat` said when it was added. */
  readonly stat: Buffer
}

const headerBytes = 12
const checksumBytes = 20
const statBytes = 40
/** Stat, id, flags. */
const fixedBytes = 62
const assumeValidFlag = 0x8000
const extendedFlag = 0x4000
const skipWorktreeFlag = 0x4000
const intentToAddFlag = 0x2000

/** Empty when there is no index yet. Fails `git/unreadable`, `git/unsupported`. */
export const readIndex = (path: string): IndexEntry[] => {
  const bytes = readBytes(path)
  if (bytes === undefined) return []
  try {
    return parseIndex(bytes)
  } catch (error) {
    if (error instanceof GitprocError) throw error
    throw new GitprocError('git/unreadable', `${path} cannot be read: ${(error as Error).message}`, {
      retry: 'later',
      remedy: 'git status',
      cause: error,
    })
  }
}

export const parseIndex = (bytes: Buffer): IndexEntry[] => {
  const version = bytes.readUInt32BE(4)
  if (bytes.toString('latin1', 0, 4) !== 'DIRC' || version < 2 || version > 4)
    throw new RangeError('it is no index of version 2 to 4')
  verifyChecksum(bytes)
  const entries: IndexEntry[] = []
  let at = headerBytes
  let previous = ''
  for (let count = bytes.readUInt32BE(8); count > 0; count--) {
    const { entry, end } = parseEntry(bytes, at, version === 4 ? previous : undefined)
    entries.push(entry)
    previous = entry.path
    at = end
  }
  refuseExtensions(bytes, at)
  return entries
}

export const serializeIndex = (entries: readonly IndexEntry[]): Buffer => {
  const sorted = [...entries].sort((left, right) =>
    left.path === right.path ? left.stage - right.stage : left.path < right.path ? -1 : 1,
  )
  const header = Buffer.alloc(headerBytes)
  header.write('DIRC', 'latin1')
  header.writeUInt32BE(sorted.some(isExtended) ? 3 : 2, 4)
  header.writeUInt32BE(sorted.length, 8)
  const body = Buffer.concat([header, ...sorted.map(serializeEntry)])
  return Buffer.concat([body, createHash('sha1').update(body).digest()])
}

/** A clean entry for a file that was just written. */
export const freshEntry = (path: string, mode: number, oid: string, stats: BigIntStats): IndexEntry => {
  const stat = Buffer.alloc(statBytes)
  const fields = [
    ...timeOf(stats.ctimeNs),
    ...timeOf(stats.mtimeNs),
    stats.dev,
    stats.ino,
    BigInt(mode),
    stats.uid,
    stats.gid,
    stats.size,
  ]
  for (const [index, field] of fields.entries())
    stat.writeUInt32BE(Number(BigInt.asUintN(32, field)), index * 4)
  return { path, mode, oid, stage: 0, assumeValid: false, skipWorktree: false, intentToAdd: false, stat }
}

/** Whether a file still is what it was when it was added, as far as `lstat` tells: time, size, inode. */
export const hasSameStat = (entry: IndexEntry, stats: BigIntStats): boolean =>
  modifiedAtNs(entry) === stats.mtimeNs &&
  entry.stat.readUInt32BE(20) === Number(BigInt.asUintN(32, stats.ino)) &&
  entry.stat.readUInt32BE(36) === Number(BigInt.asUintN(32, stats.size))

/** Nanoseconds since the epoch at which the file of an entry was last changed. */
export const modifiedAtNs = (entry: IndexEntry): bigint =>
  BigInt(entry.stat.readUInt32BE(8)) * 1_000_000_000n + BigInt(entry.stat.readUInt32BE(12))

const parseEntry = (
  bytes: Buffer,
  at: number,
  previous: string | undefined,
): { entry: IndexEntry; end: number } => {
  const flags = bytes.readUInt16BE(at + fixedBytes - 2)
  const extended = flags & extendedFlag ? bytes.readUInt16BE(at + fixedBytes) : 0
  const nameAt = at + fixedBytes + (flags & extendedFlag ? 2 : 0)
  const { path, end } =
    previous === undefined ? paddedName(bytes, at, nameAt) : compressedName(bytes, nameAt, previous)
  const entry = {
    path,
    mode: bytes.readUInt32BE(at + 24),
    oid: bytes.toString('hex', at + statBytes, at + statBytes + 20),
    stage: (flags >> 12) & 3,
    assumeValid: (flags & assumeValidFlag) !== 0,
    skipWorktree: (extended & skipWorktreeFlag) !== 0,
    intentToAdd: (extended & intentToAddFlag) !== 0,
    stat: bytes.subarray(at, at + statBytes),
  }
  return { entry, end }
}

const nameEnd = (bytes: Buffer, at: number): number => {
  const end = bytes.indexOf(0, at)
  if (end < 0 || end > bytes.length - checksumBytes) throw new RangeError('it is cut short')
  return end
}

/** Up to version 3: entries are filled with one to eight zero bytes to a multiple of eight. */
const paddedName = (bytes: Buffer, entryAt: number, at: number): { path: string; end: number } => {
  const end = nameEnd(bytes, at)
  return { path: bytes.toString('latin1', at, end), end: entryAt + paddedLength(end - entryAt) }
}

/** Version 4: how many characters to drop from the name before, then what follows. */
const compressedName = (bytes: Buffer, at: number, previous: string): { path: string; end: number } => {
  let byte = bytes.readUInt8(at++)
  let dropped = byte & 0x7f
  while (byte & 0x80) {
    byte = bytes.readUInt8(at++)
    dropped = (dropped + 1) * 128 + (byte & 0x7f)
  }
  const end = nameEnd(bytes, at)
  return {
    path: previous.slice(0, previous.length - dropped) + bytes.toString('latin1', at, end),
    end: end + 1,
  }
}

const paddedLength = (length: number): number => (length + 8) & ~7

const isExtended = (entry: IndexEntry): boolean => entry.skipWorktree || entry.intentToAdd

const serializeEntry = (entry: IndexEntry): Buffer => {
  const nameAt = fixedBytes + (isExtended(entry) ? 2 : 0)
  const bytes = Buffer.alloc(paddedLength(nameAt + entry.path.length))
  entry.stat.copy(bytes)
  bytes.writeUInt32BE(entry.mode, 24)
  bytes.write(entry.oid, statBytes, 'hex')
  const flags =
    (entry.assumeValid ? assumeValidFlag : 0) | (isExtended(entry) ? extendedFlag : 0) | (entry.stage << 12)
  bytes.writeUInt16BE(flags | Math.min(entry.path.length, 0xfff), fixedBytes - 2)
  if (isExtended(entry)) {
    bytes.writeUInt16BE(
      (entry.skipWorktree ? skipWorktreeFlag : 0) | (entry.intentToAdd ? intentToAddFlag : 0),
      fixedBytes,
    )
  }
  bytes.write(entry.path, nameAt, 'latin1')
  return bytes
}

const timeOf = (ns: bigint): [bigint, bigint] => [ns / 1_000_000_000n, ns % 1_000_000_000n]

/** All zero where `index.skipHash` is on. */
const verifyChecksum = (bytes: Buffer): void => {
  const claimed = bytes.subarray(bytes.length - checksumBytes)
  if (claimed.every((byte) => byte === 0)) return
  const actual = createHash('sha1')
    .update(bytes.subarray(0, bytes.length - checksumBytes))
    .digest()
  if (!actual.equals(claimed)) throw new RangeError('its checksum is wrong')
}

/** An extension whose name begins with a small letter changes what the entries mean. */
const refuseExtensions = (bytes: Buffer, from: number): void => {
  for (let at = from; at + 8 <= bytes.length - checksumBytes; at += 8 + bytes.readUInt32BE(at + 4)) {
    const name = bytes.toString('latin1', at, at + 4)
    if (name[0] !== undefined && name[0] >= 'A' && name[0] <= 'Z') continue
    throw new GitprocError(
      'git/unsupported',
      `the index uses the extension "${name}" (split or sparse index)`,
      {
        remedy: 'git update-index --no-split-index; git sparse-checkout disable',
      },
    )
  }
}
