/** One row of the table of directives: everything that verify, plan, docs and completion know about a directive. */
import type { Position, Severity } from '../base/diagnostic.ts'
import type { HostFacts } from './host-facts.ts'

/**
 * `enforced`: gitproc does it. `accepted`: it means nothing here and does no harm (`Documentation=`, `[Install]`).
 * `unsupported`: gitproc does not do it and says so, each time.
 */
export type Support = 'enforced' | 'accepted' | 'unsupported'

/** How a changed value reaches what runs: written live, by reload, or only by a new process; `none`: it touches nothing. */
export type ChangeClass = 'none' | 'live' | 'reload' | 'restart'

/** What is wrong with one assignment. The caller adds the place and the man page. */
export interface Problem {
  readonly severity: Severity
  readonly message: string
  readonly suggestion?: string
  /** Stable, for tools; `bad-value` where not given. */
  readonly code?: string
  /** Set where systemd refuses the unit for it (`bad-setting`), or gives up reading the file (`error`). */
  readonly refuses?: 'bad-setting' | 'error'
}

/** What a value type makes of one more assignment: the new value (undefined: reset), and what it has to say. */
export interface Assigned<T> {
  readonly value: T | undefined
  readonly problem?: Problem
  /** Where there is more than one (`Environment=` with two bad words). */
  readonly problems?: readonly Problem[]
}

/** What parsing a value may know of its surroundings; all of it passed in, none of it asked of the host. */
export interface ValueContext {
  /** Expands `%` specifiers of systemd.unit(5); gives the reason where one can't be. */
  expand(text: string): { readonly text: string } | { readonly problem: string }
  readonly unitName: string
  /** The directive as written (`ExecStart`), for types that serve several. */
  readonly directive: string
  /** Where the value begins. */
  readonly position: Position
  readonly host: HostFacts
}

export interface ValueType<T> {
  /** For messages: `a time span`, `a boolean`. */
  readonly name: string
  /** The man page that decides the form of the value, where that is not the directive's own: `systemd.time(7)`. */
  readonly man?: string
  /** Folds one assignment onto what earlier ones gave. Pure; never throws. */
  assign(previous: T | undefined, text: string, context: ValueContext): Assigned<T>
  /** Text that means the value when it is assigned; absent where a value has no such text. */
  print?(value: T): string
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

/**
 * Another spelling: `[Service] TimeoutSec=` sets two directives, `[Service] StartLimitInterval=` is
 * `[Unit] StartLimitIntervalSec=`, `[Service] X-HealthCheckURL=` is ours made palatable to systemd.
 */
export interface Alias {
  /** `Section.Name` of the directives that get the value, each by its own type. */
  readonly assigns: readonly string[]
  /** Said as a hint where the spelling is old or ours alone. */
  readonly hint?: string
}

/** Name → directive, of one section. */
// biome-ignore lint/suspicious/noExplicitAny: a table mixes value types, and a type is both read and written by its directive
export type DirectiveTable = Readonly<Record<string, Directive<any>>>

/** The typed settings of a section, made from its table: undefined where nothing is set and there is no default. */
export type SettingsOf<Table> = {
  readonly [Key in keyof Table]: Table[Key] extends Directive<infer T>
    ? Table[Key] extends { readonly default: T }
      ? T
      : T | undefined
    : never
}
