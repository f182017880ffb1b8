/**
 * The second composition root: one unit, once, in the foreground, by the daemon's own supervisor and executor but without
 * a repository, a store on disk or an api. `gitproc run` is made of it.
 */
import { randomBytes } from 'node:crypto'
import { chmodSync, mkdtempSync, readdirSync, rmdirSync, rmSync } from 'node:fs'
import { constants, tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import type { Writable } from 'node:stream'
import { GitprocError } from './base/error.ts'
import { silentLog } from './base/log.ts'
import type { Config } from './config.ts'
import { candidate, readSituation } from './executor/cgroup-root.ts'
import type { Executor } from './executor/executor.ts'
import { createExecutor } from './executor/process-executor.ts'
import { createPassThrough } from './logs/pass-through.ts'
import { createHostFactsReader } from './read-host-facts.ts'
import { raiseLoopback } from './supervisor/launch/loopback-device.ts'
import { RecordInMemory, runOnce, type Stage } from './supervisor/run-once.ts'
import { type RunReport, reportOf } from './supervisor/run-report.ts'
import { type Trial, type TrialTerms, tryOnce } from './supervisor/try-once.ts'
import { createHostSupervisor } from './supervisor-on-host.ts'
import { systemClock } from './system-clock.ts'
import type { LoadedUnit } from './units/loaded-unit.ts'

export type { RunReport } from './supervisor/run-report.ts'
export type { Trial } from './supervisor/try-once.ts'
export { raiseLoopback }

export interface RunOptions {
  /** Where the unit's files lie: `%y`. */
  readonly unitDirectory: string
  readonly settings: Pick<Config, 'cgroupRoot' | 'privatePids'>
  /** Where the unit's output goes, as it comes. */
  readonly stdout: Writable
  readonly stderr: Writable
  /** Who runs it. */
  readonly who: string
  /** Calls back at each request to stop; gives what ends that. */
  readonly onInterrupt: (interrupted: () => void) => () => void
}

/** What was made for the run and goes with it, in the order in which it was made. */
type Closings = (() => Promise<void> | void)[]

/** Runs a loaded service to its end, which may be a failure. Fails with a GitprocError where it can't even be tried. */
export const runUnit = async (unit: LoadedUnit, options: RunOptions): Promise<RunReport> => {
  if (unit.service === undefined)
    throw new GitprocError('cli/usage', `${unit.name}: only services can be run`)
  const closings: Closings = []
  try {
    const run = await runOnce(unit, await assemble(options, closings))
    return reportOf({ ...run, unit: unit.name, signalNumbers: constants.signals })
  } finally {
    for (const close of closings.reverse()) await close()
  }
}

/** Starts a loaded service, judges it as a deployment would, and stops it. Fails as `runUnit` does. */
export const tryUnit = async (
  unit: LoadedUnit,
  options: RunOptions,
  terms: Omit<TrialTerms, 'clock'>,
): Promise<Trial> => {
  const closings: Closings = []
  try {
    return await tryOnce(unit, await assemble(options, closings), { ...terms, clock: systemClock })
  } finally {
    for (const close of closings.reverse()) await close()
  }
}

const assemble = async (options: RunOptions, closings: Closings): Promise<Stage> => {
  const prefix = makePrefix(closings)
  const { cgroupRoot, privatePids } = options.settings
  const executor = await openExecutor(prefix, cgroupRoot, closings)
  const readFacts = createHostFactsReader(options.unitDirectory)
  const record = new RecordInMemory()
  const logs = createPassThrough({ ...options, directory: join(prefix, 'output') })
  const supervisor = await createHostSupervisor({
    executor,
    logs,
    log: silentLog,
    clock: systemClock,
    unitStates: record,
    hostFacts: async () => readFacts(),
    isHeld: () => false,
    newInvocationId: () => randomBytes(16).toString('hex'),
    runDirectory: prefix,
    privatePids,
  })
  closings.push(
    () => logs.close(),
    () => supervisor.close(),
  )
  const cause = { kind: 'operator', text: `run by ${options.who}`, who: options.who } as const
  return { supervisor, executor, record, cause, onInterrupt: options.onInterrupt }
}

/** A directory of this run alone, which services of all users may enter: the socket of sd_notify lies in it. */
const makePrefix = (closings: Closings): string => {
  const prefix = makeTemporary(['/run', process.env['XDG_RUNTIME_DIR'], tmpdir()])
  closings.push(() => rmSync(prefix, { recursive: true, force: true }))
  chmodSync(prefix, 0o755)
  return prefix
}

/** In the first of the places that may be written; in memory if possible, as the daemon's own run directory. */
const makeTemporary = ([place, ...others]: readonly (string | undefined)[]): string => {
  try {
    return mkdtempSync(join(place ?? '/nonexistent', 'gitproc-run-'))
  } catch (cause) {
    if (others.length > 0) return makeTemporary(others)
    throw new GitprocError(
      'store/write',
      `cannot make a directory in ${place}: ${(cause as Error).message}`,
      {
        cause,
      },
    )
  }
}

const openExecutor = async (prefix: string, setting: string, closings: Closings): Promise<Executor> => {
  const cgroupRoot = cgroupRootOf(setting, basename(prefix))
  const executor = await createExecutor({
    // Closed to others, as the daemon's.
    runDirectory: join(prefix, 'units'),
    clock: systemClock,
    cgroupRoot,
  })
  closings.push(() => {
    if (cgroupRoot !== false) removeCgroups(cgroupRoot)
  })
  closings.push(() => executor.close())
  return executor
}

/** A cgroup of the run's own: a unit of the same name may run under a daemon, or in another run, at the same time. */
const cgroupRootOf = (setting: string, name: string): string | false => {
  if (setting === 'none') return false
  if (setting !== 'auto') return join(setting, name)
  const situation = readSituation(process.getuid?.() === 0)
  if (situation === undefined) return false
  const found = candidate(situation, name)
  return basename(found) === name ? found : join(found, name)
}

/** Directories of cgroupfs go one by one, the innermost first; one in which something is left stays. */
const removeCgroups = (path: string): void => {
  try {
    for (const entry of readdirSync(path, { withFileTypes: true }))
      if (entry.isDirectory()) removeCgroups(join(path, entry.name))
    rmdirSync(path)
  } catch {
    // Never made, or a process that KillMode= lets live is in it.
  }
}
