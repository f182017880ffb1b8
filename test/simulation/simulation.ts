/** One simulated host: the real supervisor and the real controller on a fake clock, kernel, disk and git. */
import { silentLog } from '../../src/base/log.ts'
import { createController, type RunningController } from '../../src/controller/create-controller.ts'
import type { Policy } from '../../src/controller/ports.ts'
import { desiredState } from '../../src/plan/desired-state.ts'
import { createSupervisor, type RunningSupervisor } from '../../src/supervisor/supervisor.ts'
import { TimeZones } from '../../src/units/calendar/time-zone.ts'
import { FakePaths } from '../support/fake-paths.ts'
import { FakeRepository } from '../support/fake-repository.ts'
import { someHost, treeOf } from '../support/trees.ts'
import { ActivationLaws } from './activation-laws.ts'
import { Fleet, type Folder } from './fleet.ts'
import { Kernel } from './kernel.ts'
import { type AtRest, BrokenLaw, Laws, whatIsWrong } from './laws.ts'
import { Life } from './life.ts'
import type { Random } from './random.ts'
import { SimClock } from './sim-clock.ts'
import { SimExecutor } from './sim-executor.ts'
import { SimSockets } from './sim-sockets.ts'
import { Disk, diskOf } from './sim-stores.ts'

export interface Daemon {
  readonly life: Life
  readonly supervisor: RunningSupervisor
  /** Undefined while it comes up. */
  controller: RunningController | undefined
}

export class Simulation {
  readonly clock = new SimClock()
  readonly disk = new Disk()
  readonly repository = new FakeRepository()
  readonly kernel: Kernel
  readonly laws: Laws
  readonly activation: ActivationLaws
  readonly sockets: SimSockets
  readonly fleet: Fleet
  readonly trace: string[] = []
  /** Ports of HealthCheckTCP= that answer nobody. */
  readonly sick = new Set<number>()
  readonly random: Random
  readonly #policy: Policy
  readonly #slowestWriteMs: number
  folder: Folder
  daemon: Daemon | undefined
  /** From then on nothing fails by chance. */
  isCalm = false
  /** What was said while there was no daemon: the socket is held for the next one. */
  readonly #unheard: { readonly text: string; readonly pid: number }[] = []
  #invocations = 0
  #boots = 0

  constructor(random: Random) {
    this.random = random
    this.laws = new Laws(this.disk, () => this.clock.now())
    this.activation = new ActivationLaws({
      disk: this.disk,
      now: () => this.clock.now(),
      isRunning: (service) => this.kernel.livingOf(service).length > 0,
      fail: this.laws.fail,
    })
    this.sockets = new SimSockets(this.clock, this.laws.fail)
    this.kernel = new Kernel({
      clock: this.clock,
      random,
      trace: (line) => this.tell(line),
      appeared: (process, living) => {
        this.laws.appeared(process, living)
        this.activation.moves(process.unit)
        if (process.unit === 'door.service' && process.role?.startsWith('main')) this.sockets.served(process)
      },
      broken: this.laws.fail,
    })
    this.fleet = new Fleet(random)
    this.#slowestWriteMs = random.pick([0, 0, 2, 20])
    this.#policy = {
      settleMs: 500,
      deadlineMs: 20_000,
      rollbackOnFailure: random.choose({ commit: 6, unit: 2, no: 1 }),
      isStrict: false,
      pruneLimit: { kind: 'none' },
      syncWindows: [],
      folderPath: '/repo',
    }
    this.folder = this.fleet.first()
    this.repository.commit(this.folder)
  }

  tell(line: string): void {
    this.trace.push(`${String(this.clock.elapsedMs).padStart(8)} ${line}`)
  }

  /** Lets time pass; throws at the first law that breaks. */
  async advance(ms: number): Promise<void> {
    await this.clock.advance(ms, () => this.#look())
  }

  /** A daemon comes up; whether it gets there is seen later. */
  boot(): void {
    this.#boots += 1
    this.laws.bootedAtMs = this.clock.now()
    this.tell(`daemon ${this.#boots} begins`)
    const life = new Life({
      clock: this.clock,
      random: this.random,
      slowestWriteMs: this.#slowestWriteMs,
      died: (moment) => {
        this.tell(`daemon dies ${moment}`)
        this.daemon = undefined
        this.sockets.daemonDied()
        this.#queueNotifications()
      },
    })
    const seen = diskOf(this.disk, life, (units) => void this.#intends(units), this.activation)
    const supervisor = this.#supervisor(life, seen)
    const daemon: Daemon = { life, supervisor, controller: undefined }
    this.daemon = daemon
    const ports = {
      ...seen,
      repository: this.#repositoryOf(life),
      supervisor,
      clock: life.clock,
      alarm: life.clock,
      localTime: { zones: new TimeZones('UTC') },
      log: this.#log(life),
      hostFacts: async () => someHost,
      policy: this.#policy,
    }
    const facts = { version: '0', pid: this.#boots, startedAtMs: this.clock.now(), limitations: [] }
    createController(ports, facts).then(
      (controller) => {
        daemon.controller = controller
      },
      (error: Error) => {
        if (!life.isOver) this.laws.fail(`the daemon comes up: ${error.stack}`)
      },
    )
  }

  /** All that was done to the world is over and has settled: what is wrong with it now. */
  async atRest(): Promise<string | undefined> {
    const controller = this.daemon?.controller
    if (controller === undefined) return 'the daemon comes up: it has not'
    const head = await this.repository.head()
    const parsed = desiredState(head, treeOf(this.folder), {
      host: someHost,
      folderPath: '/repo',
    })
    const rest: AtRest = {
      now: this.clock.now(),
      status: await controller.status(),
      kernel: this.kernel,
      disk: this.disk,
      applied: await this.disk.applied.load(),
      good: await this.disk.good.load(),
      headHashes: new Map([...parsed.units].map(([name, { hash }]) => [name, hash])),
      clients: this.sockets.waiting,
    }
    return whatIsWrong(rest)
  }

  #queueNotifications(): void {
    this.kernel.notify = (text, pid) => void this.#unheard.push({ text, pid })
  }

  #look(): void {
    this.laws.always(this.kernel)
    const { daemon } = this
    if (daemon?.controller !== undefined)
      this.laws.known(this.kernel, (unit) => daemon.supervisor.status(unit) !== undefined)
    if (daemon?.controller !== undefined) this.activation.timersGoOff(this.laws.bootedAtMs)
    this.activation.socketsListen(this.sockets)
    if (this.laws.broken !== undefined) throw this.laws.broken
  }

  #intends(units: Parameters<Laws['intends']>[0]): void {
    const before = new Map(this.disk.applied.now().map((unit) => [unit.name, unit]))
    this.laws.intends(units, before)
  }

  #supervisor(life: Life, seen: ReturnType<typeof diskOf>): RunningSupervisor {
    const executor = new SimExecutor(this.kernel, life, this.random)
    executor.failure = this.isCalm ? 0 : this.random.pick([0, 0, 0, 0.02])
    const supervisor = createSupervisor({
      executor,
      clock: life.clock,
      log: this.#log(life),
      logs: {
        open: async (unit) => ({ stdout: `/logs/${unit}/out`, stderr: `/logs/${unit}/err` }),
        mark: () => {},
        note: () => {},
        release: () => {},
        close: async () => {},
      },
      unitStates: seen.unitStates,
      hostFacts: async () => someHost,
      accounts: { user: async () => undefined, group: async () => undefined },
      conditions: async () => ({ kind: 'met' }),
      prober: async (spec) => {
        const isGood = spec.kind !== 'tcp' || !this.sick.has(spec.port)
        return { isGood, detail: isGood ? 'connected' : 'refused' }
      },
      notify: {
        path: '/notify',
        listen: (listener) => {
          this.kernel.notify = (text, pid) => listener(text, { pid, uid: 0 }, [])
          for (const { text, pid } of this.#unheard.splice(0)) this.kernel.notify(text, pid)
        },
        close: () => {},
      },
      processFacts: {
        identify: (pid) => this.kernel.living.find((process) => process.pid === pid),
        parentOf: (pid) => this.kernel.living.find((process) => process.pid === pid)?.parent,
      },
      alarm: { at: (atMs, callback) => life.clock.at(atMs, callback), close: () => {} },
      localTime: { zones: new TimeZones('UTC'), subscribe: () => () => {}, close: () => {} },
      isHeld: (unit) => this.disk.holds.get(unit) !== undefined,
      newInvocationId: () => (++this.#invocations).toString(16).padStart(32, '0'),
      random: () => this.random.next(),
      sockets: this.sockets.hostOf(life),
      paths: new FakePaths(),
      settings: {
        privatePids: 'no',
        bootMark: 'boot',
        environment: {},
        machineId: 'machine',
        bootedAtMs: 0,
        startedAtMs: this.clock.now(),
      },
    })
    supervisor.subscribe(({ unit, status, text }) => {
      if (life.isOver) return
      this.activation.moves(unit)
      this.tell(`${unit} ${status.subState}: ${text}`)
    })
    return supervisor
  }

  #repositoryOf(life: Life): FakeRepository {
    return new Proxy(this.repository, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name)
        if (typeof member !== 'function') return member
        if (name === 'watch')
          return (listener: () => void) => target.watch(() => void (life.isOver || listener()))
        if (name === 'commitTreeOf')
          return (sha: string) =>
            life.write('commit', async () => {
              const revision = await target.commitTreeOf(sha)
              this.folder = target.folderAt(revision.sha)
              return revision
            })
        return member.bind(target)
      },
    })
  }

  #log(life: Life): typeof silentLog {
    const note =
      (level: string) =>
      (message: string, fields?: Readonly<Record<string, unknown>>): void => {
        if (!life.isOver) this.tell(`${level}: ${message} ${JSON.stringify(fields ?? {})}`)
      }
    return { ...silentLog, warn: note('warn'), error: note('error') }
  }
}

export { BrokenLaw }
