/** The composition root: the only place that constructs adapters and puts the folders together. */
import { createHash, randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { createMetricsServer } from './api/metrics-server.ts'
import { type ApiServerPorts, createApiServer } from './api/server.ts'
import type { Log } from './base/log.ts'
import { type Revision, revisionName } from './base/revision.ts'
import type { Config } from './config.ts'
import { configKeys, placeOf } from './config-keys.ts'
import { createController, type RunningController } from './controller/create-controller.ts'
import { hasEnded } from './controller/gate.ts'
import type { Executor } from './executor/executor.ts'
import { readLiveProcess } from './executor/live-process.ts'
import { createExecutor, type ExecutorOptions } from './executor/process-executor.ts'
import { createDiskWatch } from './full-disks.ts'
import type { Repository } from './git/repository-port.ts'
import { createDaemonLogger, type Logger } from './logger.ts'
import { createLogCapture } from './logs/capture.ts'
import { makeDirectories } from './make-directories.ts'
import { notifierOnHost } from './notify-on-host.ts'
import { createHostFactsReader } from './read-host-facts.ts'
import { findTip, hearWebhooks, openSource } from './source-on-host.ts'
import { StartWatch } from './start-watch.ts'
import { openStore, type Store } from './store/open-store.ts'
import { createLocalTime } from './supervisor/local-time.ts'
import { Sampler } from './supervisor/metrics/sampler.ts'
import { returnMemory } from './supervisor/return-memory.ts'
import { securityOf } from './supervisor/security/unit-security.ts'
import type { RunningSupervisor } from './supervisor/supervisor.ts'
import { createWallAlarm } from './supervisor/wall-alarm.ts'
import { createHostSupervisor } from './supervisor-on-host.ts'
import { systemClock } from './system-clock.ts'
import type { HostFacts } from './units/host-facts.ts'
import { version } from './version.ts'

/** What the daemon has opened so far, to be closed in reverse order. */
type Closings = (() => Promise<void> | void)[]

/** Runs until SIGTERM, SIGINT or a request to end; services go on. Gives the exit status; fails with a GitprocError. */
export const runDaemon = async (config: Config): Promise<number> => {
  const closings: Closings = []
  try {
    const ended = waitForEnd()
    const starting = new StartWatch(systemClock, () => process.exit(1))
    await starting.bounded(assemble(config, closings, { end: ended.end, starting }))
    await ended.promise
    return 0
  } finally {
    for (const close of closings.reverse()) await close()
  }
}

interface Run {
  readonly end: (why: string) => void
  readonly starting: StartWatch
}

const assemble = async (config: Config, closings: Closings, { end, starting }: Run): Promise<void> => {
  const startedAtMs = systemClock.now()
  const repository = await openSource(config)
  makeDirectories(config)
  const log = openLogger(config)
  closings.push(() => log.close())
  starting.enter('opening the state directory and reading the branch', log)
  const store = openStore(config.stateDirectory, { log })
  closings.push(() => store.close())
  const tip = await findTip(repository, store.generations)
  const readFacts = createHostFactsReader(join(config.repo, config.folder))
  const hostFacts = async () => readFacts()
  starting.enter('finding out what this host can do', log)
  const supervising = await superviseWith(config, { store, log, hostFacts }, closings)
  const { supervisor, limitations, executor } = supervising
  const facts = { version, pid: process.pid, startedAtMs, limitations }
  const alarm = createWallAlarm(systemClock)
  const localTime = createLocalTime(process.env)
  closings.push(() => alarm.close())
  closings.push(() => localTime.close())
  const wall = { clock: systemClock, alarm, localTime }
  const notifier = notifierOnHost(config.notify, { store, repository, log })
  closings.push(() => notifier.close())
  const fullDisks = createDiskWatch(config, systemClock)
  const daemon = { ...facts, troubles: () => [...fullDisks(), ...notifier.troubles()] }
  starting.enter('taking over what runs', log)
  const controller = await createController(
    {
      ...store,
      trust: { store: store.trust, policy: config.trust },
      events: { journal: store.events, notifier },
      repository,
      supervisor,
      ...wall,
      log,
      hostFacts,
      policy: policyOf(config),
    },
    daemon,
  )
  closings.push(() => controller.close())
  const metrics = new Sampler({
    clock: systemClock,
    executor,
    running: () => supervisor.unitsWithProcesses(),
    cpuMs: threadCpuMs,
  })
  closings.push(() => metrics.close())
  starting.enter('opening its sockets', log)
  await hearWebhooks(config, { repository, log }, closings)
  const security = securityWith({ executor, supervisor, hostFacts })
  await serve(config, { controller, metrics, security, log, end }, closings)
  announce(config, { repository, tip, limitations, log })
}

interface Secured {
  readonly executor: Executor
  readonly supervisor: RunningSupervisor
  readonly hostFacts: () => Promise<HostFacts>
}

const securityWith =
  ({ executor, supervisor, hostFacts }: Secured) =>
  (unit: string) =>
    securityOf(unit, {
      definition: (name) => supervisor.definition(name),
      status: (name) => supervisor.status(name),
      abilities: executor.abilities,
      hostFacts,
      inspect: readLiveProcess,
    })

interface Supervising {
  readonly store: Store
  readonly log: Log
  readonly hostFacts: () => Promise<HostFacts>
}

const superviseWith = async (config: Config, { store, log, hostFacts }: Supervising, closings: Closings) => {
  const executor = await createExecutor({
    // Its own child, closed to others: the sockets beside it are for services and people.
    runDirectory: join(config.runDirectory, 'units'),
    clock: systemClock,
    ...cgroupRootOf(config),
  })
  closings.push(() => executor.close())
  const logs = createLogCapture({
    directory: config.logDirectory,
    defaults: config.logLimits,
    maxTotal: config.logMaxTotal,
    clock: systemClock,
    log,
  })
  closings.push(() => logs.close())
  const supervisor = await createHostSupervisor({
    executor,
    logs,
    log,
    hostFacts,
    clock: systemClock,
    unitStates: store.unitStates,
    isHeld: (unit) => isHeld(unit, store),
    isOnTrial: (unit) => isUnderWay(unit, store),
    newInvocationId: () => randomBytes(16).toString('hex'),
    runDirectory: config.runDirectory,
    privatePids: config.privatePids,
  })
  closings.push(async () => {
    await settledSoon(supervisor)
    supervisor.close()
  })
  closings.push(returnMemory({ clock: systemClock, supervisor }))
  return { executor, supervisor, limitations: executor.limitations }
}

const lastEffectsMs = 2000

/** What was decided is carried out, as far as that takes no time to speak of: the rest is the next daemon's. */
const settledSoon = async (supervisor: RunningSupervisor): Promise<void> => {
  const late = Promise.withResolvers<void>()
  const cancel = systemClock.at(systemClock.now() + lastEffectsMs, late.resolve)
  await Promise.race([supervisor.settled(), late.promise])
  cancel()
}

/** A hold whose time has come is in nobody's way, although it may still stand in the records. */
const isHeld = (unit: string, { holds }: Pick<Store, 'holds'>): boolean => {
  const hold = holds.get(unit)
  return hold !== undefined && !hasEnded(hold, systemClock.now())
}

/** A deployment that moved the unit has not ended yet. */
const isUnderWay = (unit: string, { generations }: Pick<Store, 'generations'>): boolean => {
  const [last] = generations.latest(1)
  return last?.outcome === 'Progressing' && last.steps.some(({ step }) => step.unit === unit)
}

const cgroupRootOf = ({ cgroupRoot, stateDirectory }: Config): Partial<ExecutorOptions> => {
  if (cgroupRoot === 'auto') return { cgroupName: cgroupName(stateDirectory) }
  return { cgroupRoot: cgroupRoot === 'none' ? false : cgroupRoot }
}

/** Daemons with state of their own have cgroups of their own: units of the same name must not meet in one. */
const cgroupName = (stateDirectory: string): string => {
  if (stateDirectory === configKeys.state_dir.default(placeOf(ownUid(), process.env))) return 'gitproc'
  return `gitproc-${createHash('sha256').update(stateDirectory).digest('hex').slice(0, 8)}`
}

const ownUid = (): number => process.getuid?.() ?? 0

const threadCpuMs = (): number => {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}

interface Serving {
  readonly controller: RunningController
  readonly metrics: Sampler
  readonly security: ApiServerPorts['security']
  readonly log: Logger
  readonly end: (why: string) => void
}

const serve = async (
  config: Config,
  { controller, metrics, security, log, end }: Serving,
  closings: Closings,
): Promise<void> => {
  const server = createApiServer({
    controller,
    metrics,
    security,
    log,
    volume: log.volume,
    clock: systemClock,
    logDirectory: config.logDirectory,
    shutdown: (who) => end(`asked for by ${who}`),
  })
  await server.listen(config.socket)
  closings.push(() => server.close())
  if (config.metricsListen === undefined) return
  const overTcp = createMetricsServer({ controller, clock: systemClock }, log)
  const port = await overTcp.listen(config.metricsListen)
  closings.push(() => overTcp.close())
  log.info('metrics', { url: `http://${urlHost(config.metricsListen.host)}:${port}/metrics` })
}

const urlHost = (host: string): string => (host.includes(':') ? `[${host}]` : host)

interface Announcement {
  readonly repository: Repository
  readonly tip: Revision | undefined
  readonly limitations: readonly string[]
  readonly log: Log
}

/** The daemon's first lines: one for each thing that a person may have to look up later. */
const announce = (config: Config, { repository, tip, limitations, log }: Announcement): void => {
  log.info('repository', {
    path: repository.path,
    branch: repository.branch,
    at: tip === undefined ? (repository.remote ? 'not fetched yet' : 'no commit yet') : revisionName(tip),
  })
  log.info('socket', { path: config.socket })
  log.info('state', { directory: config.stateDirectory, logs: config.logDirectory, run: config.runDirectory })
  for (const sentence of limitations) log.warn('not enforced on this host', { what: sentence })
  log.info('daemon is ready', { pid: process.pid, version })
}

const policyOf = (config: Config) => ({
  settleMs: config.settleMs,
  deadlineMs: config.deadlineMs,
  rollbackOnFailure: config.rollbackOnFailure,
  isStrict: config.isStrict,
  pruneLimit: config.pruneLimit,
  syncWindows: config.syncWindows,
  folderPath: join(config.repo, config.folder),
})

const openLogger = (config: Config): Logger =>
  createDaemonLogger({
    level: config.logLevel,
    format: config.logFormat,
    isTerminal: process.stdout.isTTY === true && !process.env['NO_COLOR'],
    file: join(config.logDirectory, 'daemon.log'),
  })

/** Resolves at the first signal or request to end. */
const waitForEnd = (): { readonly promise: Promise<string>; readonly end: (why: string) => void } => {
  const { promise, resolve } = Promise.withResolvers<string>()
  process.once('SIGTERM', () => resolve('SIGTERM'))
  process.once('SIGINT', () => resolve('SIGINT'))
  return { promise, end: resolve }
}
