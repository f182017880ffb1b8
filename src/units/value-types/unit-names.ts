/** Names of units that a unit depends on or acts on (systemd.unit(5)). */
import { err, ok, type Result } from '../../base/result.ts'
import type { Problem, ValueContext, ValueType } from '../directive.ts'
import { nameKind, parseUnitName, resolveDependencyName } from '../name.ts'
import { splitWords } from '../syntax/words.ts'
import type { UnitName, UnitType } from '../unit.ts'

type Named = Result<UnitName, string>

const readName = (written: string, context: ValueContext): Named => {
  const expanded = context.expand(written)
  return 'problem' in expanded ? err(expanded.problem) : resolve(expanded.text, context)
}

const resolve = (written: string, { unitName }: ValueContext): Named => {
  const from = parseUnitName(unitName)
  const name = from && resolveDependencyName(written, from)
  return name === undefined ? err(`wants names of units, got "${written}"`) : ok(name)
}

/** A template is no unit: nothing fills in its instance. */
const readWholeName = (written: string, context: ValueContext): Named => {
  const expanded = context.expand(written)
  if ('problem' in expanded) return err(expanded.problem)
  const parts = parseUnitName(expanded.text)
  return parts && nameKind(parts) !== 'template'
    ? resolve(expanded.text, context)
    : err(`wants the name of a unit, got "${expanded.text}"`)
}

/** Later assignments add; an empty one, for dependencies, takes nothing away: systemd has no reset for them. */
const namesIn = (
  name: string,
  split: (text: string) => readonly string[],
  read: (word: string, context: ValueContext) => Named,
): ValueType<readonly UnitName[]> => ({
  name,
  assign: (previous, text, context) => {
    const names: UnitName[] = []
    const problems: Problem[] = []
    for (const word of split(text)) {
      const name = read(word, context)
      if (name.ok) names.push(name.value)
      else problems.push({ severity: 'error', message: name.error })
    }
    const earlier = previous ?? []
    const added = [...new Set(names)].filter((each) => !earlier.includes(each))
    return { value: added.length === 0 ? previous : [...earlier, ...added], problems }
  },
  print: (names) => names.join(' '),
})

const betweenBlanks = (text: string): readonly string[] =>
  text.split(/[ \t\n\r]+/).filter((each) => each !== '')

export const unitNames: ValueType<readonly UnitName[]> = namesIn('names of units', betweenBlanks, readName)

/** Units that this one depends on: not itself. */
export const dependencies: ValueType<readonly UnitName[]> = {
  ...unitNames,
  assign: (previous, text, context) => {
    const assigned = unitNames.assign(previous, text, context)
    const others = assigned.value?.filter((name) => name !== context.unitName) ?? []
    if (others.length === (assigned.value?.length ?? 0)) return assigned
    const problem = { severity: 'warning', message: 'names the unit itself, which means nothing' } as const
    return { ...assigned, value: others.length === 0 ? undefined : others, problem }
  },
}

/** A backslash protects what follows it, unlike in names of dependencies. */
const protectedWords = (text: string): readonly string[] =>
  splitWords(text, { quotes: false, escapes: false }) ?? []

export const socketNames: ValueType<readonly UnitName[]> = namesIn(
  'names of sockets',
  protectedWords,
  (word, context) => {
    const name = readName(word, context)
    if (!name.ok || parseUnitName(name.value)?.type === 'socket') return name
    return err(`wants names of sockets, got "${name.value}"`)
  },
)

/** One unit of a type (`Unit=`, `Service=`, `Slice=`). A bad name, an empty one too, leaves what was there. */
export const unitName = (types: readonly UnitType[] | 'any'): ValueType<UnitName> => ({
  name: types === 'any' ? 'the name of a unit' : `the name of a ${types.join(' or ')}`,
  assign: (previous, text, context) => {
    const name = types === 'any' ? readName(text, context) : readWholeName(text, context)
    if (!name.ok) return { value: previous, problem: { severity: 'error', message: name.error } }
    const type = parseUnitName(name.value)?.type
    if (types === 'any' || (type !== undefined && types.includes(type))) return { value: name.value }
    const message = `wants the name of a ${types.join(' or ')}, got "${name.value}"`
    return { value: previous, problem: { severity: 'error', message } }
  },
  print: (name) => name,
})

/** The unit that a timer or path unit starts: the first one counts. */
export const triggeredUnit: ValueType<UnitName> = {
  ...unitName('any'),
  assign: (previous, text, context) => {
    const assigned = unitName('any').assign(previous, text, context)
    const refuse = (message: string) => ({
      value: previous,
      problem: { severity: 'error', message } as const,
    })
    if (previous !== undefined)
      return refuse(`names a second unit; ${previous} stays the one that is started`)
    return assigned.value === context.unitName ? refuse('names the unit itself') : assigned
  },
}
