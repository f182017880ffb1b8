/** A unit as gitproc understands it: merged from its fragment and drop-ins, typed, every value with its origin. */
import type { Position } from '../base/diagnostic.ts'

export type UnitName = string

export const unitTypes = [
  'service',
  'timer',
  'socket',
  'path',
  'target',
  'slice',
  'mount',
  'automount',
  'swap',
  'scope',
  'device',
] as const
export type UnitType = (typeof unitTypes)[number]

/** systemd's LoadState. `bad-setting`: a fatal value; `error`: not parsable at all. */
export type LoadState = 'loaded' | 'not-found' | 'bad-setting' | 'error' | 'masked'

/** Where a directive's value came from: every assignment that is still in force, in order. */
export interface Origin {
  /** `Service.ExecStart` */
  readonly directive: string
  /** As written, where several directives are kept as one list: `ConditionPathExists`, kept as `Unit.Conditions`. */
  readonly key?: string
  /** The right side as written, continuation lines joined. */
  readonly text: string
  readonly position: Position
}
