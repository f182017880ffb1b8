/** The three kinds of rows of the table of directives: enforced, accepted, unsupported. */
import type { ChangeClass, Directive, ValueType } from '../directive.ts'

/** A row whose setting always has a value. */
export type DefaultedDirective<T> = Directive<T> & { readonly default: T }

/** gitproc does it, and `change` says how a new value reaches what runs. */
interface EnforcedRow {
  <T>(type: ValueType<T>, change: ChangeClass): Directive<T>
  <T>(type: ValueType<T>, change: ChangeClass, byDefault: NoInfer<T>): DefaultedDirective<T>
}

/** A default may be `undefined`, for the sake of the note behind it. */
interface PassiveRow {
  <T>(type: ValueType<T>): Directive<T>
  <T>(type: ValueType<T>, byDefault: undefined, note: string): Directive<T>
  <T>(type: ValueType<T>, byDefault: NoInfer<T>, note?: string): DefaultedDirective<T>
}

export interface Rows {
  readonly enforced: EnforcedRow
  /** It means nothing here and does no harm. */
  readonly accepted: PassiveRow
  /** gitproc does not do it and says so; the note ends the sentence "X= is not supported, …". */
  readonly unsupported: PassiveRow
}

export const runsWithout = 'the service runs without it'

/** Makers of the rows that one man page describes. */
export const rowsOf = (man: string): Rows => ({
  enforced: ((type: ValueType<unknown>, change: ChangeClass, byDefault?: unknown) => ({
    type,
    ...defaulted(byDefault),
    support: 'enforced',
    change,
    man,
  })) as EnforcedRow,
  accepted: ((type: ValueType<unknown>, byDefault?: unknown, note?: string) => ({
    type,
    ...defaulted(byDefault),
    support: 'accepted',
    ...(note === undefined ? {} : { note }),
    change: 'none',
    man,
  })) as PassiveRow,
  unsupported: ((type: ValueType<unknown>, byDefault?: unknown, note?: string) => ({
    type,
    ...defaulted(byDefault),
    support: 'unsupported',
    note: note ?? runsWithout,
    change: 'none',
    man,
  })) as PassiveRow,
})

const defaulted = (byDefault: unknown): { readonly default?: unknown } =>
  byDefault === undefined ? {} : { default: byDefault }
