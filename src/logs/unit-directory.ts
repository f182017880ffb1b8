/** What lies where in LOGS/<unit>/: the two files that the service appends to, and what belongs to them. */
import { type Dirent, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { GitprocError } from '../base/error.ts'

/** `out` and `err` are names of files, too. */
export const streamNames = ['out', 'err'] as const
export type StreamName = (typeof streamNames)[number]

export const directoryMode = 0o750
export const fileMode = 0o640

/** A unit's name is its directory's name: no unit name has a `/`, and none is made of dots alone. */
export const unitDirectory = (root: string, unit: string): string => {
  if (unit === '' || unit.includes('/') || unit.includes('\0') || /^\.+$/.test(unit)) {
    throw new GitprocError('logs/unknown-unit', `"${unit}" names no unit`)
  }
  return join(root, unit)
}

/** Names of the units that have logs, sorted. */
export const unitsWithLogs = (root: string): readonly string[] =>
  entriesOf(root)
    .filter((entry) => entry.isDirectory() || leadsToDirectory(root, entry))
    .map((entry) => entry.name)
    .sort()

/** Who has a larger disk elsewhere puts a link in the directory's place. */
const leadsToDirectory = (root: string, entry: Dirent): boolean =>
  entry.isSymbolicLink() &&
  statSync(join(root, entry.name), { throwIfNoEntry: false })?.isDirectory() === true

const entriesOf = (directory: string): readonly Dirent[] => {
  try {
    return readdirSync(directory, { withFileTypes: true })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

export const streamPath = (directory: string, stream: StreamName): string => join(directory, stream)
export const indexPath = (directory: string): string => join(directory, 'index')
export const headPath = (directory: string, stream: StreamName): string => join(directory, `${stream}.head`)

/** An archive holds the bytes `from` to `to` (logical offsets, the latter exclusive) of its stream. */
export interface ArchiveName {
  readonly from: number
  readonly to: number
}

const offsetDigits = 16

export const archivePath = (directory: string, stream: StreamName, { from, to }: ArchiveName): string =>
  join(directory, `${stream}.${padded(from)}-${padded(to)}.zst`)

const padded = (offset: number): string => String(offset).padStart(offsetDigits, '0')

/** Undefined for any file that is no archive of that stream. */
export const parseArchiveName = (stream: StreamName, file: string): ArchiveName | undefined => {
  const match = /^(out|err)\.(\d{16})-(\d{16})\.zst$/.exec(file)
  return match?.[1] === stream ? { from: Number(match[2]), to: Number(match[3]) } : undefined
}

/** Oldest first; none where there is no directory. */
export const listArchives = (directory: string, stream: StreamName): readonly ArchiveName[] =>
  entriesOf(directory)
    .map((entry) => parseArchiveName(stream, entry.name))
    .filter((name) => name !== undefined)
    .sort((a, b) => a.from - b.from)
