/** The settings of one unit while its files are read: explicit values by section, and where they came from. */
import type { DirectiveTable } from '../directive.ts'
import { sectionTables } from '../directives/tables.ts'
import type { Origin } from '../unit.ts'

export type Values = Record<string, unknown>

/** `Service.ExecStart` taken apart. */
export interface DirectiveName {
  readonly section: string
  readonly key: string
}

export const parseDirectiveName = (name: string): DirectiveName => {
  const dot = name.indexOf('.')
  return { section: name.slice(0, dot), key: name.slice(dot + 1) }
}

export const tableOf = (section: string): DirectiveTable | undefined =>
  (sectionTables as Readonly<Record<string, DirectiveTable>>)[section]

export class SectionValues {
  readonly #explicit = new Map<string, Values>()
  readonly #origins = new Map<string, Origin[]>()

  /** The value set so far, without defaults. */
  get(section: string, key: string): unknown {
    return this.#explicit.get(section)?.[key]
  }

  /** What one assignment made of a directive. An empty right side forgets where earlier values came from. */
  set({ section, key }: DirectiveName, value: unknown, origin: Origin): void {
    const values = this.#explicit.get(section) ?? {}
    this.#explicit.set(section, values)
    if (value === undefined) delete values[key]
    else values[key] = value
    const earlier =
      origin.text !== '' && isAccumulated(value) ? (this.#origins.get(origin.directive) ?? []) : []
    this.#origins.set(origin.directive, value === undefined ? [] : [...earlier, origin])
  }

  /** Replaces a value that follows from others, such as the type of a service that names none. */
  imply(section: string, key: string, value: unknown): void {
    const values = this.#explicit.get(section) ?? {}
    this.#explicit.set(section, values)
    values[key] = value
  }

  origins(): readonly Origin[] {
    return [...this.#origins.values()].flat()
  }

  originOf(section: string, key: string): Origin | undefined {
    return this.#origins.get(`${section}.${key}`)?.at(-1)
  }

  /** All directives of a section: explicit values over defaults. */
  settings(section: string): Values {
    return { ...defaultsOf(section), ...this.#explicit.get(section) }
  }
}

/** Lists and sets of lists keep what earlier assignments gave; other values replace it. */
const isAccumulated = (value: unknown): boolean =>
  Array.isArray(value) ||
  (typeof value === 'object' && value !== null && Object.values(value).some(Array.isArray))

const defaults: Readonly<Record<string, Values>> = Object.fromEntries(
  Object.entries(sectionTables as Readonly<Record<string, DirectiveTable>>).map(([section, table]) => [
    section,
    Object.fromEntries(
      Object.entries(table).flatMap(([key, directive]) =>
        directive.default === undefined ? [] : [[key, directive.default]],
      ),
    ),
  ]),
)

const defaultsOf = (section: string): Values => defaults[section] ?? {}
