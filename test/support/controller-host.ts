/** A controller with fakes at its ports: passes are real, processes, git and disks are not. */
import type { StatusAnswer } from '../../src/api/contract.ts'
import type { Clock } from '../../src/base/clock.ts'
import { silentLog } from '../../src/base/log.ts'
import { createController, type RunningController } from '../../src/controller/create-controller.ts'
import type { ControllerPorts, Policy } from '../../src/controller/ports.ts'
import { systemClock } from '../../src/system-clock.ts'
import { TimeZones } from '../../src/units/calendar/time-zone.ts'
import { FakeRepository } from './fake-repository.ts'
import { FakeSupervisor } from './fake-supervisor.ts'
import {
  anyBranch,
  MemoryApplied,
  MemoryGenerations,
  MemoryHolds,
  MemoryOrders,
  MemoryRejections,
  quietEvents,
} from './memory-stores.ts'
import { someHost } from './trees.ts'

/** A host on which the daemon can die and come back: the stores and the processes stay. */
export class ControllerHost {
  readonly repository = new FakeRepository()
  supervisor = new FakeSupervisor()
  readonly stores = {
    generations: new MemoryGenerations(),
    holds: new MemoryHolds(),
    rejections: new MemoryRejections(),
    orders: new MemoryOrders(),
    trust: anyBranch(),
    events: quietEvents(),
    applied: new MemoryApplied(),
    good: new MemoryApplied(),
  }
  controller!: RunningController
  readonly policy: Policy
  readonly clock: Clock

  constructor(policy: Partial<Policy> = {}, clock: Clock = systemClock) {
    this.clock = clock
    this.policy = {
      settleMs: 0,
      deadlineMs: 60_000,
      rollbackOnFailure: 'commit',
      isStrict: false,
      folderPath: '/repo',
      pruneLimit: { kind: 'none' },
      syncWindows: [],
      ...policy,
    }
  }

  async boot(): Promise<void> {
    const { repository, supervisor, stores, policy, clock } = this
    const ports: ControllerPorts = {
      ...stores,
      repository,
      supervisor,
      policy,
      clock,
      alarm: clock,
      localTime: { zones: new TimeZones('UTC') },
      log: silentLog,
      hostFacts: async () => someHost,
    }
    this.controller = await createController(ports, { version: '0', pid: 1, startedAtMs: 0, limitations: [] })
  }

  /** Commits, and waits until the pass for it is over. */
  async deploy(files: Readonly<Record<string, string>>): Promise<StatusAnswer> {
    this.repository.commit(files)
    return this.settled()
  }

  async settled(): Promise<StatusAnswer> {
    await this.controller.sync({ who: 'test', wait: true })
    return this.controller.status()
  }

  outcomes(): readonly string[] {
    return this.stores.generations.latest(100).map(({ outcome, origin }) => `${outcome} ${origin}`)
  }
}
