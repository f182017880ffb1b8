/** A supervisor on fakes: its own code, no process, no time but the test's. */
import type { Cause } from '../../src/base/cause.ts'
import type { ConditionVerdict } from '../../src/lifecycle/events.ts'
import type { ProbeResult } from '../../src/lifecycle/health.ts'
import { createSupervisor, type RunningSupervisor } from '../../src/supervisor/supervisor.ts'
import type { UnitChange } from '../../src/supervisor/supervisor-port.ts'
import { loadUnits } from '../../src/units/load.ts'
import { captureLog } from './capture-log.ts'
import { FakeClock } from './fake-clock.ts'
import { FakeExecutor } from './fake-executor.ts'
import { FakeLocalTime } from './fake-local-time.ts'
import { FakePaths } from './fake-paths.ts'
import { FakeSockets } from './fake-sockets.ts'
import { someHost, treeOf } from './trees.ts'

export const byRoot: Cause = { kind: 'operator', text: 'asked by root', who: 'root' }
export const byCommit: Cause = { kind: 'deploy', text: 'new in aaaaaaa' }

export class FakeSupervisedHost {
  readonly clock = new FakeClock()
  readonly executor = new FakeExecutor(this.clock)
  readonly sockets = new FakeSockets()
  readonly paths = new FakePaths()
  readonly log = captureLog()
  /** The disk: what the next daemon finds. */
  readonly saved = new Map<string, unknown>()
  readonly notes: string[] = []
  readonly changes: UnitChange[] = []
  readonly held = new Set<string>()
  /** Of the next runs; they are numbered where it is not set. */
  invocationId: string | undefined
  readonly onTrial = new Set<string>()
  readonly localTime = new FakeLocalTime('UTC')
  verdict: ConditionVerdict = { kind: 'met' }
  probe: () => ProbeResult = () => ({ isGood: true, detail: '200' })
  /** Instead of `probe` where it is set. */
  slowProbe: (() => Promise<ProbeResult>) | undefined
  probes = 0
  bootMark = 'boot 1'
  supervisor: RunningSupervisor
  #invocations = 0

  constructor() {
    this.supervisor = this.#daemon()
  }

  define(files: Readonly<Record<string, string>>, revision = 'a'.repeat(40)): void {
    const { units, diagnostics } = loadUnits(treeOf(files), someHost)
    const error = diagnostics.find(({ severity }) => severity === 'error')
    if (error !== undefined) throw new Error(error.message)
    for (const unit of units.values()) this.supervisor.define(unit, revision)
  }

  /** The daemon is gone and another one comes up; processes and disk stay. */
  replaceDaemon(): void {
    this.supervisor.close()
    this.supervisor = this.#daemon()
  }

  state(unit: string): string | undefined {
    return this.supervisor.status(unit)?.subState
  }

  #daemon(): RunningSupervisor {
    const supervisor = createSupervisor({
      executor: this.executor,
      clock: this.clock,
      log: this.log,
      logs: {
        open: async (unit) => ({ stdout: `/logs/${unit}/out`, stderr: `/logs/${unit}/err` }),
        mark: () => {},
        note: (unit, text) => void this.notes.push(`${unit}: ${text}`),
        release: () => {},
        close: async () => {},
      },
      unitStates: {
        load: async () => new Map([...this.saved].map(([unit, state]) => [unit, JSON.parse(String(state))])),
        save: (unit, state) => void this.saved.set(unit, JSON.stringify(state)),
        remove: (unit) => void this.saved.delete(unit),
      },
      hostFacts: async () => someHost,
      accounts: {
        user: async (name) =>
          name === 'shop' ? { name, uid: 33, gid: 34, home: '/srv', shell: '/bin/sh' } : undefined,
        group: async (name) => (name === 'web' ? 77 : undefined),
      },
      conditions: async () => this.verdict,
      prober: async () => {
        this.probes += 1
        return this.slowProbe?.() ?? this.probe()
      },
      notify: { reason: 'there is no sd_notify in tests' },
      processFacts: { identify: () => undefined, parentOf: () => undefined },
      alarm: { at: (atMs, callback) => this.clock.at(atMs, callback), close: () => {} },
      localTime: this.localTime,
      isHeld: (unit) => this.held.has(unit),
      isOnTrial: (unit) => this.onTrial.has(unit),
      random: Math.random,
      newInvocationId: () => this.invocationId ?? `invocation-${this.#invocations++}`,
      sockets: this.sockets,
      paths: this.paths,
      settings: {
        privatePids: 'auto',
        bootMark: this.bootMark,
        environment: { LANG: 'C' },
        machineId: 'machine',
        bootedAtMs: 0,
        startedAtMs: this.clock.now(),
      },
    })
    supervisor.subscribe((change) => this.changes.push(change))
    return supervisor
  }
}
