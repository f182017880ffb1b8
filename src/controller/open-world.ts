/** Opens what the controller remembers: the applied and the good definitions, and the revision they came from. */
import type { Revision } from '../base/revision.ts'
import type { Derivation } from '../plan/derivation.ts'
import { AppliedSet } from './applied-set.ts'
import type { ControllerPorts } from './ports.ts'
import { SourceTrust } from './source-trust.ts'
import { StandingOrders } from './standing-orders.ts'
import { Turns } from './turns.ts'
import type { World } from './world.ts'

export const openWorld = async (ports: ControllerPorts): Promise<World> => {
  const [applied, good] = await Promise.all([AppliedSet.open(ports.applied), AppliedSet.open(ports.good)])
  let revision = lastApplied(ports)
  let derived: Derivation | undefined
  return {
    ...ports,
    applied,
    good,
    orders: new StandingOrders(ports.orders),
    trust: new SourceTrust(ports, () => revision),
    defined: new Map(),
    turns: new Turns(),
    get revision() {
      return revision
    },
    get derived() {
      return derived
    },
    remember: (next) => {
      derived = next
    },
    isAt: (other) => revision?.sha === other.sha,
    arrive: (next) => {
      revision = next
    },
  }
}

/** A refused revision was never applied. */
const lastApplied = ({ generations }: ControllerPorts): Revision | undefined =>
  generations.latest(1000).find((generation) => generation.outcome !== 'Refused')?.revision
