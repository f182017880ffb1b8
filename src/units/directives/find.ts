/** Looks a directive up by the name that a value is kept under. */
import type { Directive } from '../directive.ts'
import { sectionTables } from './tables.ts'

export const findDirective = (section: string, name: string): Directive<unknown> | undefined => {
  const table = (sectionTables as Readonly<Record<string, Readonly<Record<string, Directive<unknown>>>>>)[
    section
  ]
  return table !== undefined && Object.hasOwn(table, name) ? table[name] : undefined
}
