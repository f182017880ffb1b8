/** Starting a daemon in the background, and ending one: both return only when it is so. */

import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, fstatSync, mkdirSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { StatusAnswer } from '../api/contract.ts'
import type { ShutdownAnswer } from '../api/requests.ts'
import { GitprocError } from '../base/error.ts'
import type { Config } from '../config.ts'
import { daemonEnvironment, daemonNodeFlags } from './daemon-memory.ts'
import type { Session } from './gitproc-command.ts'
import { whoAsks } from './who.ts'

/** There is no event for "a socket answers": looked at this often, while the other process comes up or goes. */
const pollMs = 20
/** Taking over thousands of services takes seconds; a daemon that is silent for longer has a trouble that a person must see. */
const patienceMs = 60_000

export const detachDaemon = async (argv: readonly string[], session: Session): Promise<readonly string[]> => {
  const running = await answering(session)
  if (running) return [`The daemon is running already: pid ${running.daemon.pid}.`]
  const errors = openErrorFile(session.config)
  const before = fstatSync(errors.descriptor).size
  const child = spawnDaemon(argv, errors.descriptor)
  closeSync(errors.descriptor)
  const status = await untilAnswers(child, session)
  child.unref()
  if (status === undefined) throw notUp(child, reasonOf(errors.path, before), session.config)
  return started(status, session.config)
}

const started = ({ daemon, repository }: StatusAnswer, config: Config): readonly string[] => [
  `The daemon runs: pid ${daemon.pid}, watching ${repository.branch} of ${repository.path}.`,
  `Its own log: ${join(config.logDirectory, 'daemon.log')}`,
  'Next: gitproc status',
]

/** What the daemon says before its log is open, and the trace of a crash, must not be lost. */
const openErrorFile = (config: Config): { readonly path: string; readonly descriptor: number } => {
  const path = join(config.logDirectory, 'daemon.err')
  try {
    mkdirSync(config.logDirectory, { recursive: true, mode: 0o755 })
    return { path, descriptor: openSync(path, 'a', 0o640) }
  } catch (cause) {
    throw new GitprocError('logs/unwritable', `cannot write ${path}: ${(cause as Error).message}`, {
      remedy: 'choose other directories with --log-dir, --state-dir and --run-dir, or run as root',
      cause,
    })
  }
}

const spawnDaemon = (argv: readonly string[], errors: number): ChildProcess => {
  const rest = argv.filter((word) => word !== '--detach' && word !== '-d')
  return spawn(process.execPath, [...daemonNodeFlags, process.argv[1]!, 'daemon', ...rest], {
    detached: true,
    env: { ...daemonEnvironment, ...process.env },
    stdio: ['ignore', 'ignore', errors],
  })
}

/** Undefined when the daemon ended instead, or has been silent for too long. */
const untilAnswers = async (child: ChildProcess, session: Session): Promise<StatusAnswer | undefined> => {
  for (let waitedMs = 0; waitedMs < patienceMs && isRunning(child); waitedMs += pollMs) {
    const status = await answering(session)
    if (status !== undefined) return status
    await delay(pollMs)
  }
  return undefined
}

const isRunning = (child: ChildProcess): boolean => child.exitCode === null && child.signalCode === null

/** Ends the command as the daemon itself ended: no permission is 5 here as there. */
const notUp = (child: ChildProcess, reason: string, config: Config): GitprocError => {
  if (!isRunning(child))
    return new GitprocError('api/unreachable', reason, { data: { exitStatus: child.exitCode ?? undefined } })
  const silence = `the daemon (pid ${child.pid}) runs, but has not answered for ${patienceMs / 1000} s`
  return new GitprocError('api/unreachable', silence, {
    remedy: `see what it waits for: ${join(config.logDirectory, 'daemon.log')}; end it with: kill ${child.pid}`,
  })
}

const answering = async ({ daemon }: Session): Promise<StatusAnswer | undefined> => {
  try {
    return await daemon.get<StatusAnswer>('/v1/status')
  } catch (error) {
    if (error instanceof GitprocError && error.code === 'api/unreachable') return undefined
    throw error
  }
}

/** The daemon's own sentence, without our name before it twice. */
const reasonOf = (path: string, from: number): string => {
  const text = readFileSync(path).subarray(from).toString('utf8').trim()
  return text === '' ? `the daemon ended at once and said nothing in ${path}` : text.replace(/^gitproc: /, '')
}

export const stopDaemon = async ({ daemon }: Session): Promise<readonly string[]> => {
  const { daemon: running } = await daemon.get<StatusAnswer>('/v1/status')
  await daemon.post<ShutdownAnswer>('/v1/shutdown', { who: whoAsks() })
  while (isAlive(running.pid)) await delay(pollMs)
  return ['The daemon has ended; services go on. It takes them over again: gitproc daemon --detach']
}

/** Whoever inherited the daemon may be slow to reap it, or never do so: a zombie has ended. */
const isAlive = (pid: number): boolean => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    return !/^ [ZX]/.test(stat.slice(stat.lastIndexOf(')') + 1))
  } catch {
    return false
  }
}
