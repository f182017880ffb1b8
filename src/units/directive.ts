/** One row of the table of directives: everything that verify, plan, docs and completion know about a directive. */
import type { Severity } from '../base/diagnostic.ts'

/**
 * `enforced`: gitproc does it. `accepted`: it means nothing here and does no harm (`Documentation=`, `[Install]`).
 * `unsupported`: gitproc does not do it and says so, each time.
 */
export type Support = 'enforced' | 'accepted' | 'unsupported'

/** How a changed value reaches what runs: written live, by reload, or only by a new process; `none`: it touches nothing. */
export type ChangeClass = 'none' | 'live' | 'reload' | 'restart'

/** The text of one assignment's right side, after continuation lines were joined, before specifiers. */
export interface AssignedText {
  readonly text: string
}

/** What a value type makes of one more assignment: the new value (undefined: reset), and what it has to say. */
export interface Assigned<T> {
  readonly value: T | undefined
  readonly problem?: { readonly severity: Severity; readonly message: string; readonly suggestion?: string }
}

/** What parsing a value may know of its surroundings; all of it passed in, none of it asked of the host. */
export interface ValueContext {
  /** Expands `%` specifiers of systemd.unit(5); gives the reason where one can't be. */
  expand(text: string): { readonly text: string } | { readonly problem: string }
  readonly unitName: string
}

export interface ValueType<T> {
  /** For messages: `a time span`, `a boolean`. */
  readonly name: string
  /** Folds one assignment onto what earlier ones gave. Pure; never throws. */
  assign(previous: T | undefined, text: string, context: ValueContext): Assigned<T>
}

export interface Directive<T> {
  readonly type: ValueType<T>
  readonly default?: T
  readonly support: Support
  /** Why it is unsupported, or what of it is: shown in warnings and docs. */
  readonly note?: string
  readonly change: ChangeClass
  readonly man: string
}

/** The typed settings of a section, made from its table: undefined where nothing is set and there is no default. */
export type SettingsOf<Table> = {
  readonly [Key in keyof Table]: Table[Key] extends Directive<infer T>
    ? Table[Key] extends { readonly default: T }
      ? T
      : T | undefined
    : never
}
