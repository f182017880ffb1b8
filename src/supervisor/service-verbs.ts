/** What is asked of one service, others left aside: each verb feeds its event and waits for the outcome. */
import type { Cause } from '../base/cause.ts'
import { GitprocError } from '../base/error.ts'
import { freezeProblem } from '../lifecycle/freezing.ts'
import { reloadProblem, type Wish } from '../lifecycle/outcome.ts'
import type { LoadedUnit } from '../units/loaded-unit.ts'
import type { UnitName } from '../units/unit.ts'
import type { Announcer } from './announcer.ts'
import { changedCgroupSpec } from './launch/cgroup-settings.ts'
import { updateLog } from './launch/open-logs.ts'
import type { SupervisorPorts } from './ports.ts'
import type { ServiceUnit } from './service-unit.ts'
import type { Outcome } from './supervisor-port.ts'

export class ServiceVerbs {
  readonly #ports: SupervisorPorts
  readonly #announcer: Announcer
  /** Of services that run: the definition whose limits their cgroup has. */
  readonly #applied = new Map<UnitName, LoadedUnit>()

  constructor(ports: SupervisorPorts, announcer: Announcer) {
    this.#ports = ports
    this.#announcer = announcer
  }

  adopted({ name, definition }: ServiceUnit): void {
    this.#applied.set(name, definition)
  }

  forget(name: UnitName): void {
    this.#applied.delete(name)
  }

  start(unit: ServiceUnit, cause: Cause): Promise<Outcome> {
    if (unit.state.main === undefined) this.adopted(unit)
    unit.waiters.supersede(['down'])
    const invocationId = this.#ports.newInvocationId()
    unit.feed({ kind: 'start', cause, revision: unit.revision, invocationId })
    return wait(unit, 'up')
  }

  stop(unit: ServiceUnit, cause: Cause): Promise<Outcome> {
    unit.waiters.supersede(['up', 'reloaded'])
    unit.feed({ kind: 'stop', cause })
    return wait(unit, 'down')
  }

  restart(unit: ServiceUnit, cause: Cause): Promise<Outcome> {
    this.adopted(unit)
    unit.waiters.supersede(['down', 'reloaded'])
    const invocationId = this.#ports.newInvocationId()
    unit.feed({ kind: 'restart', cause, revision: unit.revision, invocationId })
    return wait(unit, 'up')
  }

  /** Why it can't be reloaded now; undefined where it can. */
  reloadProblem({ name, state, policy }: ServiceUnit): string | undefined {
    const problem = reloadProblem(state, policy)
    return problem === undefined ? undefined : `${name} can't be reloaded: ${problem}`
  }

  async reload(unit: ServiceUnit, cause: Cause): Promise<Outcome> {
    const problem = this.reloadProblem(unit)
    if (problem !== undefined) {
      if (cause.kind === 'dependency')
        this.#ports.log.warn('a reload was not passed on', { unit: unit.name, why: problem })
      return failed(problem)
    }
    unit.feed({ kind: 'reload', cause })
    return wait(unit, 'reloaded')
  }

  /** Live settings of the present definition reach what runs. */
  async update(unit: ServiceUnit, cause: Cause, isUp: boolean): Promise<Outcome> {
    const { name, definition } = unit
    const earlier = this.#applied.get(name) ?? definition
    const spec = changedCgroupSpec(definition, earlier, await this.#ports.hostFacts())
    const refused = isUp ? await this.#ports.executor.applyCgroup(name, spec) : []
    await updateLog(definition, earlier, this.#ports)
    this.#applied.set(name, definition)
    unit.refresh()
    this.#announcer.updated(unit, cause.text, refused)
    return { kind: 'done' }
  }

  async kill(unit: ServiceUnit, signal: string, whom: 'main' | 'control' | 'all'): Promise<void> {
    const target = whom === 'all' ? 'all' : unit.state[whom]?.process
    if (target === undefined) throw noProcess(unit.name, whom)
    await this.#ports.executor.signal(unit.name, target, signal)
  }

  /** To the pipe that its main process reads. */
  async send(unit: ServiceUnit, data: Uint8Array): Promise<void> {
    const { name, state, definition } = unit
    if (definition.service?.StandardInputPipe !== true)
      throw new GitprocError('executor/input', `${name} reads from no pipe`, {
        remedy: `write StandardInputPipe=yes into its [Service] section`,
      })
    if (state.main?.process === undefined || state.invocation === undefined) throw noProcess(name, 'main')
    await this.#ports.executor.send(name, state.invocation.id, data)
  }

  async freeze(unit: ServiceUnit, cause: Cause): Promise<Outcome> {
    const problem = freezeProblem(unit.state)
    if (problem !== undefined) return failed(`${unit.name} can't be frozen: ${problem}`)
    unit.feed({ kind: 'freeze', cause })
    await unit.settled()
    return { kind: 'done' }
  }

  async thaw(unit: ServiceUnit, cause: Cause): Promise<Outcome> {
    unit.feed({ kind: 'thaw', cause })
    await unit.settled()
    return { kind: 'done' }
  }
}

const wait = (unit: ServiceUnit, wish: Wish): Promise<Outcome> => {
  const outcome = unit.waiters.wait(wish)
  unit.waiters.settle(unit.state, unit.health.record)
  return outcome
}

const failed = (reason: string): Outcome => ({ kind: 'failed', reason })

const noProcess = (name: string, whom: string): GitprocError =>
  new GitprocError('units/unknown', `${name} has no ${whom} process now`, {
    remedy: `see it with: gitproc status ${name}`,
  })
