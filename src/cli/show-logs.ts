/** From flags to a query of the logs, and from lines to stdout, no faster than it takes them. */
import { once } from 'node:events'
import type { LogFilesAnswer } from '../api/contract.ts'
import { GitprocError } from '../base/error.ts'
import { nearestUnit } from '../base/nearest.ts'
import type { Config } from '../config.ts'
import { type LogFormat, LogFormatter } from '../logs/format.ts'
import type { LogQuery } from '../logs/query.ts'
import { readRawLogs } from '../logs/raw.ts'
import { readLogs } from '../logs/read.ts'
import { unitsWithLogs } from '../logs/unit-directory.ts'
import type { Session } from './gitproc-command.ts'
import { pastMoment } from './past-moment.ts'
import { endWithReader } from './reader-of-stdout.ts'
import type { Look } from './render/style.ts'
import { fullName, shortName } from './render/words.ts'

export interface LogFlags {
  readonly names: readonly string[]
  readonly follow: boolean
  readonly lines?: number | undefined
  readonly since?: string | undefined
  readonly until?: string | undefined
  readonly grep?: string | undefined
  readonly rev?: string | undefined
  readonly invocation?: string | undefined
  readonly 'last-crash': boolean
  readonly 'stderr-only': boolean
  readonly reverse: boolean
}

/** How much of the past a follower gets when it does not say. */
const linesBeforeFollowing = 10

/** Fails `cli/usage` for a time or a pattern that makes no sense. */
export const logQuery = (flags: LogFlags, directory: string, nowMs: number): LogQuery => ({
  directory,
  units: flags.names.map((name) => ({ name: fullName(name) })),
  follow: flags.follow,
  reverse: flags.reverse,
  lines: flags.lines ?? (flags.follow && flags.since === undefined ? linesBeforeFollowing : undefined),
  ...period(flags, nowMs),
  grep: flags.grep === undefined ? undefined : pattern(flags.grep),
  revision: flags.rev,
  invocation: flags.invocation,
  ...(flags['last-crash'] ? { lastCrash: true } : {}),
  ...(flags['stderr-only'] ? { streams: ['err' as const] } : {}),
})

const period = ({ since, until }: LogFlags, nowMs: number): Pick<LogQuery, 'sinceMs' | 'untilMs'> => {
  const sinceMs = since === undefined ? undefined : pastMoment('--since', since, nowMs)
  const untilMs = until === undefined ? undefined : pastMoment('--until', until, nowMs)
  if (sinceMs !== undefined && untilMs !== undefined && untilMs < sinceMs)
    throw new GitprocError('cli/usage', `--until ${until} is before --since ${since}`, {
      remedy: 'spans count back from now: --since 20m --until 10m',
    })
  return { sinceMs, untilMs }
}

const pattern = (text: string): RegExp => {
  try {
    return new RegExp(text)
  } catch (cause) {
    throw new GitprocError('cli/usage', `--grep: ${(cause as Error).message}`, {
      remedy: "a backslash takes the sign after it as it is: --grep '\\('",
      cause,
    })
  }
}

/** Where the daemon that runs keeps them; where none runs, where the configuration says. */
export const logDirectory = async ({ daemon, config }: Session): Promise<string> => {
  try {
    return (await daemon.get<LogFilesAnswer>('/v1/logs')).directory
  } catch (error) {
    if (error instanceof GitprocError && error.code.startsWith('api/')) return config.logDirectory
    throw error
  }
}

/** Runs are known by full ids: `HEAD~1`, a branch or a tag is looked up in the repository. */
export const logRevision = async (name: string | undefined, config: Config): Promise<string | undefined> => {
  if (name === undefined || /^[0-9a-f]{4,}$/.test(name)) return name
  const { openRepository } = await import('../git/open-repository.ts')
  const branch = config.branch === undefined ? {} : { branch: config.branch }
  const repository = await openRepository({ path: config.repo, folder: config.folder, ...branch })
  return (await repository.resolve(name)).sha
}

/** Whoever follows a unit that has written nothing yet should know that it may never do so under that name. */
export const unwrittenNames = ({ follow, units, directory }: LogQuery): readonly string[] => {
  if (follow !== true) return []
  const known = unitsWithLogs(directory)
  return units
    .filter(({ name }) => !known.includes(name))
    .map(({ name }) => {
      const near = nearestUnit(name, known)
      const hint = near === undefined ? '' : ` (did you mean ${near}?)`
      return `waiting for the first line of ${name}${hint}`
    })
}

export interface LogOutput {
  readonly form: LogFormat
  readonly look: Look
}

/** Gives whether there was any. */
export const writeLines = async (query: LogQuery, { form, look }: LogOutput): Promise<boolean> => {
  const formatter = new LogFormatter({
    format: form,
    colour: look.hasColor,
    terminal: process.stdout.isTTY === true,
    utc: look.isUtc,
    identifiers: query.units.map((unit) => shortName(unit.name)),
  })
  const stopAsking = query.follow === true ? endWithReader(() => process.exit(0)) : () => {}
  let waiting = ''
  let isAny = false
  for await (const line of readLogs(query)) {
    isAny = true
    waiting += formatter.format(line)
    // A follower's reader wants each line at once; another one wants few large pieces.
    if (query.follow !== true && waiting.length < pieceLength) continue
    await write(waiting)
    waiting = ''
  }
  await write(waiting)
  stopAsking()
  return isAny
}

const pieceLength = 64 * 1024

export const writeRaw = async (query: LogQuery): Promise<void> => {
  for await (const bytes of readRawLogs(query)) await write(bytes)
}

const write = async (piece: string | Uint8Array): Promise<void> => {
  if (piece.length > 0 && !process.stdout.write(piece)) await once(process.stdout, 'drain')
}
