/** The vocabulary of plans: what `diff` makes, `apply` carries out and people read. */
import type { Revision } from '../base/revision.ts'
import type { UnitName } from '../units/unit.ts'

/** `start` new or to run and does not; `stop` removed; `update` applied live; `keep` untouched. */
export type Verb = 'start' | 'stop' | 'restart' | 'reload' | 'update' | 'keep'

/** One directive whose value differs, as `MemoryMax= 256M → 512M`. */
export interface SettingChange {
  /** `Service.MemoryMax` */
  readonly directive: string
  /** Canonical text, undefined where it was not set. */
  readonly before: string | undefined
  readonly after: string | undefined
}

export interface Step {
  readonly verb: Verb
  readonly unit: UnitName
  /** In English, shown to people and journaled: `new`, `removed`, `ExecStart= changed`. */
  readonly reason: string
  readonly changes: readonly SettingChange[]
  /** Units whose steps of this plan must be done (for a start: ready) before this one begins. */
  readonly after: readonly UnitName[]
}

export interface Plan {
  /** What runs now came from it; undefined when nothing was ever applied. */
  readonly from: Revision | undefined
  readonly to: Revision
  /** In an order that respects `after`: stops first, then the rest; ties by name. */
  readonly steps: readonly Step[]
  /** Identifies the plan: same actual state and same desired state give the same hash. */
  readonly hash: string
}

/** True where a plan would move nothing. */
export const isEmptyPlan = (plan: Plan): boolean => plan.steps.every((step) => step.verb === 'keep')
