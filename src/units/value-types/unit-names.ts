/** Names of units that a unit depends on or acts on (systemd.unit(5)). */
import { err, ok, type Result } from '../../base/result.ts'
import type { Problem, ValueContext, ValueType } from '../directive.ts'
import { parseUnitName, resolveDependencyName } from '../name.ts'
import type { UnitName, UnitType } from '../unit.ts'

const resolve = (written: string, { unitName }: ValueContext): Result<UnitName, string> => {
  const from = parseUnitName(unitName)
  const name = from && resolveDependencyName(written, from)
  return name === undefined ? err(`wants names of units, got "${written}"`) : ok(name)
}

/** Later assignments add; an empty one, for dependencies, takes nothing away: systemd has no reset for them. */
export const unitNames: ValueType<readonly UnitName[]> = {
  name: 'names of units',
  assign: (previous, text, context) => {
    const names: UnitName[] = []
    const problems: Problem[] = []
    for (const word of text.split(/[ \t\n\r]+/).filter((each) => each !== '')) {
      const expanded = context.expand(word)
      const name = 'problem' in expanded ? err(expanded.problem) : resolve(expanded.text, context)
      if (name.ok) names.push(name.value)
      else problems.push({ severity: 'error', message: name.error })
    }
    const earlier = previous ?? []
    const added = [...new Set(names)].filter((name) => !earlier.includes(name))
    return { value: added.length === 0 ? previous : [...earlier, ...added], problems }
  },
  print: (names) => names.join(' '),
}

/** One unit of a type (`Unit=`, `Service=`, `Slice=`). A bad name, an empty one too, leaves what was there. */
export const unitName = (types: readonly UnitType[] | 'any'): ValueType<UnitName> => ({
  name: types === 'any' ? 'the name of a unit' : `the name of a ${types.join(' or ')}`,
  assign: (previous, text, context) => {
    const expanded = context.expand(text)
    const name = 'problem' in expanded ? err(expanded.problem) : resolve(expanded.text, context)
    if (!name.ok) return { value: previous, problem: { severity: 'error', message: name.error } }
    const type = parseUnitName(name.value)?.type
    if (types === 'any' || (type !== undefined && types.includes(type))) return { value: name.value }
    const message = `wants the name of a ${types.join(' or ')}, got "${name.value}"`
    return { value: previous, problem: { severity: 'error', message } }
  },
  print: (name) => name,
})
