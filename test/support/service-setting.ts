/** What assignments make of a directive, through the whole loading of a unit. */
import { findDirective } from '../../src/units/directives/find.ts'
import { aliases } from '../../src/units/directives/tables.ts'
import { loadUnit } from '../../src/units/load.ts'
import type { LoadedUnit } from '../../src/units/loaded-unit.ts'
import { someHost, treeOf } from './trees.ts'

export interface Assignments {
  readonly unit: LoadedUnit
  /** The value kept, defaults included. */
  readonly value: unknown
  /** What was said about the directive. */
  readonly messages: readonly string[]
}

/** `[Service] directive=text`, once for each text, in a service that is otherwise sound. */
export const assign = (directive: string, ...texts: readonly string[]): Assignments => {
  const lines = texts.map((text) => `${directive}=${text}\n`).join('')
  const file = `[Service]\nExecStart=/bin/true\n${lines}`
  const unit = loadUnit('t.service', treeOf({ 't.service': file }), someHost)!
  const name = aliases[`Service.${directive}`]?.assigns[0]?.split('.')[1] ?? directive
  const settings = (findDirective('Service', name) ? unit.service : unit.unit) as unknown as Readonly<
    Record<string, unknown>
  >
  const messages = unit.diagnostics
    .filter(({ code }) => code !== 'not-supported')
    .map(({ message }) => message)
  return { unit, value: settings[name], messages }
}
