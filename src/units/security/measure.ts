/** Measures that keep an intruder in a service from going further; each is one row of `gitproc analyze security`. */
import type { LoadedUnit } from '../loaded-unit.ts'

export type Service = NonNullable<LoadedUnit['service']>

/** How far a unit takes a measure: whole, in part, or not. */
export type Grip = 'closed' | 'partly' | 'open'

export interface Measure {
  /** The directive, and what of it where it has several rows: `CapabilityBoundingSet=~CAP_SYS_ADMIN`. */
  readonly name: string
  /** How much an intruder gains where it is open, against the others: 10 is everything, 1 is next to nothing. */
  readonly weight: number
  readonly grip: (service: Service) => Grip
  /** What that means for whoever is in the service. */
  readonly closed: string
  readonly open: string
  readonly partly?: string
  /** gitproc can't do it on any host. */
  readonly isUnsupported?: true
}

export const yesNo = (isClosed: boolean): Grip => (isClosed ? 'closed' : 'open')
