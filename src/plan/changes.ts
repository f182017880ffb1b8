/** What differs between two definitions of a unit, and the gentlest verb that brings it about. */
import { findDirective } from '../units/directives/find.ts'
import type { CanonicalSettings } from './canonical.ts'
import type { SettingChange, Verb } from './plan.ts'

/** Every directive whose canonical value differs, by name. */
export const changesBetween = (
  before: CanonicalSettings,
  after: CanonicalSettings,
): readonly SettingChange[] =>
  [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .sort()
    .filter((directive) => before[directive] !== after[directive])
    .map((directive) => ({ directive, before: before[directive], after: after[directive] }))

/** `restart` if any change needs a new process, else `reload`, else `update`. A changed file or an unknown directive restarts. */
export const verbOfChanges = (changes: readonly SettingChange[]): Verb => {
  const classes = changes.map(({ directive }) => {
    const [section = '', name = ''] = directive.split('.')
    return findDirective(section, name)?.change ?? 'restart'
  })
  if (classes.includes('restart')) return 'restart'
  return classes.includes('reload') ? 'reload' : 'update'
}

/** `ExecStart= changed`, `ExecStart=, User= and 2 more changed`. */
export const describeChanges = (changes: readonly SettingChange[]): string => {
  const names = changes.map(({ directive }) =>
    directive.startsWith('file ')
      ? directive.slice(directive.lastIndexOf('/') + 1)
      : `${directive.split('.')[1]}=`,
  )
  if (names.length === 0) return 'definition changed'
  if (names.length > 3) return `${names.slice(0, 2).join(', ')} and ${names.length - 2} more changed`
  return `${names.join(', ')} changed`
}
