/** What the planner needs to know of what runs now. */
import type { UnitName } from '../units/unit.ts'
import type { CanonicalSettings } from './canonical.ts'

export interface ActualUnit {
  readonly name: UnitName
  /** Canonical settings as last applied to it: the base of `changes`. */
  readonly settings: CanonicalSettings
  readonly hash: string
  /** Whether it is up, coming up, or waiting for its next start by its own policy. */
  readonly isActive: boolean
  /** Whether it ended by itself in a way that needs no new start (oneshot done, clean exit, gave up). */
  readonly isSettled: boolean
  readonly isHeld: boolean
  /** Its present run, if there is one. */
  readonly invocationId?: string | undefined
  /** Set where the end of the daemon cut its deployment short: whether its own move had been made by then. */
  readonly cutShort?: 'before its move' | 'after its move' | undefined
  /** Units that it was ordered after when applied: a removed unit is stopped before those. */
  readonly orderedAfter: readonly UnitName[]
}

export type ActualState = ReadonlyMap<UnitName, ActualUnit>
