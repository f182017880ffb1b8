/** The last look at a unit, when all its files are read: rules of its type, accounts, types that gitproc does not run. */
import type { Position } from '../../base/diagnostic.ts'
import type { LoadState, UnitType } from '../unit.ts'
import { accountProblems } from './account-rules.ts'
import type { Target } from './apply-file.ts'
import type { Sources } from './sources.ts'
import { completeUnit } from './unit-rules.ts'

/** The rules of the unit's type, once all its files are read. */
export const judge = (sources: Sources, target: Target): LoadState => {
  const broken = [...completeUnit(target.type, target.values), ...accountProblems(target)]
  for (const { key, ...problem } of broken)
    target.findings.push({
      position: placeOf(key, sources, target),
      severity: problem.severity,
      code: problem.code ?? 'bad-value',
      message: problem.message,
      man: manOf(target.type),
      ...(problem.suggestion === undefined ? {} : { suggestion: problem.suggestion }),
    })
  if (!runnableTypes.includes(target.type))
    target.findings.push({
      position: placeOf('', sources, target),
      severity: 'warning',
      code: 'not-supported',
      message: `gitproc does nothing with ${target.type} units: this one counts as there, and is never started`,
      man: manOf(target.type),
    })
  return broken.some(({ refuses }) => refuses !== undefined) ? 'bad-setting' : 'loaded'
}

const placeOf = (key: string, { fragment, name }: Sources, { type, values, headers }: Target): Position => {
  const section = sectionOf(type)
  const top = { file: fragment ?? name, line: 1, column: 1 }
  return values.originOf(section, key)?.position ?? headers.get(section) ?? top
}

const runnableTypes: readonly UnitType[] = ['service', 'timer', 'socket', 'path', 'target', 'slice']

/** The section that a type of unit has for itself: `[Service]`. */
export const sectionOf = (type: UnitType): string => `${type[0]!.toUpperCase()}${type.slice(1)}`

const manOf = (type: UnitType): string => (type === 'target' ? 'systemd.unit(5)' : `systemd.${type}(5)`)
