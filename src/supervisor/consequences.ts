/** What the end or the beginning of one unit means for others, and what activates units asks for. */
import type { Cause } from '../base/cause.ts'
import { activeStateOf } from '../lifecycle/active-state.ts'
import type { KnownUnits } from '../lifecycle/dependencies.ts'
import { isDown } from '../lifecycle/outcome.ts'
import type { ServiceState } from '../lifecycle/service-state.ts'
import type { UnitName } from '../units/unit.ts'
import type { Announcer } from './announcer.ts'
import type { OtherUnit } from './other-unit.ts'
import type { PendingStops } from './pending-stops.ts'
import type { SupervisorPorts } from './ports.ts'
import { type Reaction, reactionsTo } from './reactions.ts'
import type { ServiceUnit } from './service-unit.ts'
import type { Outcome } from './supervisor-port.ts'

export interface ConsequencesFor {
  readonly ports: Pick<SupervisorPorts, 'isHeld'>
  readonly announcer: Announcer
  readonly pendingStops: PendingStops
  readonly definitions: KnownUnits
  readonly others: () => Iterable<OtherUnit>
  readonly isUp: (name: UnitName) => boolean
  readonly start: (name: UnitName, cause: Cause) => Promise<Outcome>
  readonly stop: (name: UnitName, cause: Cause) => Promise<Outcome>
}

export class Consequences {
  readonly #for: ConsequencesFor

  constructor(options: ConsequencesFor) {
    this.#for = options
  }

  changed(unit: ServiceUnit, before: ServiceState): void {
    const { announcer, definitions, others } = this.#for
    announcer.changed(unit, before)
    if (isDown(unit.state) !== isDown(before)) {
      const change = {
        unit: unit.name,
        activeState: activeStateOf(unit.state.state),
        atMs: unit.state.sinceMs,
      }
      for (const other of others()) other.unitChanged(change)
    }
    const around = { units: definitions, isUp: this.#for.isUp }
    for (const reaction of reactionsTo(unit.name, before, unit.state, around)) this.#react(reaction)
    this.#for.pendingStops.settle(unit.name)
  }

  /** What a timer, a socket or a path asks for. */
  async activate(name: UnitName, cause: Cause): Promise<Outcome> {
    const { definitions, ports } = this.#for
    if (!definitions.has(name)) return { kind: 'failed', reason: `there is no unit ${name}` }
    if (ports.isHeld(name)) return { kind: 'failed', reason: `${name} is held: gitproc resume ${name}` }
    return this.#for.start(name, cause)
  }

  #react({ verb, unit: name, why, environment }: Reaction): void {
    const { definitions, ports, isUp } = this.#for
    if (!definitions.has(name) || (verb === 'start' && ports.isHeld(name))) return
    if (verb === 'stop' && !isUp(name)) return
    const cause: Cause = { kind: 'dependency', text: why, ...(environment && { environment }) }
    void this.#for[verb](name, cause)
  }
}
