/** Applies the assignments of one file to the settings of a unit, each by its directive's type. */

import type { Position } from '../../base/diagnostic.ts'
import { nearest } from '../../base/nearest.ts'
import type { Assigned, Directive, Problem, ValueContext } from '../directive.ts'
import { collections } from '../directives/aliases.ts'
import { aliases, sectionsOf } from '../directives/tables.ts'
import type { HostFacts } from '../host-facts.ts'
import type { Expanded } from '../specifiers.ts'
import type { Findings } from '../syntax/findings.ts'
import type { Assignment, Section, UnitFile } from '../syntax/unit-file.ts'
import type { UnitName, UnitType } from '../unit.ts'
import { parseDirectiveName, type SectionValues, tableOf } from './section-values.ts'

/** The unit whose settings are being made. */
export interface Target {
  readonly name: UnitName
  readonly type: UnitType
  readonly isTemplate: boolean
  readonly values: SectionValues
  readonly findings: Findings
  /** Where each section was first headed: the place of what is missing in it. */
  readonly headers: Map<string, Position>
  readonly host: HostFacts
  readonly expand: (text: string) => Expanded
}

/** How the file was refused: systemd reads it no further, so what stands below is checked, and has no effect. */
export type Refusal = 'bad-setting' | 'error' | undefined

export const applyFile = (file: UnitFile, target: Target, isRefused = false): Refusal => {
  let refusal: Refusal
  for (const finding of file.diagnostics) target.findings.push(finding)
  for (const section of file.sections) {
    if (!isKnownSection(section, target)) continue
    if (!target.headers.has(section.name)) target.headers.set(section.name, section.position)
    for (const assignment of section.assignments) {
      const isDead = isRefused || refusal !== undefined || isBelowBreak(file, assignment)
      refusal = applyAssignment(section.name, assignment, target, isDead) ?? refusal
    }
  }
  return refusal ?? (file.brokenAtLine === undefined ? undefined : 'error')
}

const isBelowBreak = ({ brokenAtLine }: UnitFile, { keyPosition }: Assignment): boolean =>
  brokenAtLine !== undefined && keyPosition.line > brokenAtLine

const isKnownSection = ({ name, position }: Section, target: Target): boolean => {
  const known = sectionsOf(target.type)
  if (known.includes(name)) return true
  if (name.startsWith('X-') || !target.findings.hasRoom('warning')) return false
  const near = nearest(name, known)
  target.findings.push({
    position,
    severity: 'warning',
    code: 'unknown-section',
    message: `a ${target.type} unit has no section [${name}]; it is ignored`,
    man: target.type === 'target' ? 'systemd.unit(5)' : `systemd.${target.type}(5)`,
    ...(near === undefined ? {} : { suggestion: `[${near}]` }),
  })
  return false
}

const applyAssignment = (
  section: string,
  assignment: Assignment,
  target: Target,
  isDead: boolean,
): Refusal => {
  const written = `${section}.${assignment.key}`
  const alias = Object.hasOwn(aliases, written) ? aliases[written] : undefined
  if (alias?.hint !== undefined)
    say(target, assignment.keyPosition, { severity: 'hint', message: alias.hint, code: 'old-name' })
  const names = alias?.assigns ?? [written]
  let refusal: Refusal
  for (const name of names) {
    const { section: home, key } = parseDirectiveName(name)
    const directive = alias === undefined && gathered.has(name) ? undefined : ownDirective(home, key)
    if (directive) refusal = assign({ home, key, directive, isDead }, assignment, target) ?? refusal
    else sayUnknown(section, assignment, target)
  }
  return refusal
}

/** Names under which a table keeps the values of several directives in one list: nobody writes them. */
const gathered: ReadonlySet<string> = new Set(
  Object.entries(aliases).flatMap(([name, { assigns, hint }]) =>
    hint === undefined && assigns.length === 1 && !parseDirectiveName(name).key.startsWith('X-')
      ? assigns
      : [],
  ),
)

const ownDirective = (section: string, key: string): Directive<unknown> | undefined => {
  const table = tableOf(section)
  return table && Object.hasOwn(table, key) ? table[key] : undefined
}

interface Place {
  readonly home: string
  readonly key: string
  readonly directive: Directive<unknown>
  readonly isDead: boolean
}

const assign = ({ home, key, directive, isDead }: Place, assignment: Assignment, target: Target): Refusal => {
  const context: ValueContext = {
    expand: target.expand,
    unitName: target.name,
    directive: assignment.key,
    position: assignment.position,
    host: target.host,
  }
  const previous = target.values.get(home, key)
  const assigned = directive.type.assign(previous, assignment.text, context)
  const problems = dependsOnInstance(assignment, target) ? [] : problemsOf(assigned)
  for (const problem of problems)
    say(target, assignment.position, problem, directive.type.man ?? directive.man, assignment.key)
  if (isDead) return undefined
  if (assigned.value !== previous || (problems.length === 0 && assignment.text !== '')) {
    const name = `${home}.${key}`
    const origin = {
      directive: name,
      ...(Object.hasOwn(collections, name) ? { key: assignment.key } : {}),
      text: assignment.text,
      position: assignment.position,
    }
    target.values.set({ section: home, key }, assigned.value, origin)
  }
  return problems.find(({ refuses }) => refuses !== undefined)?.refuses
}

const problemsOf = ({ problem, problems = [] }: Assigned<unknown>): readonly Problem[] =>
  problem === undefined ? problems : [problem, ...problems]

/** What `%i` will be is not known before there is an instance: its values are judged then. */
const dependsOnInstance = ({ text }: Assignment, { isTemplate }: Target): boolean =>
  isTemplate && /%[iIfnN]/.test(text)

/** A key that starts with `X-` belongs to somebody else's extension. */
const sayUnknown = (section: string, { key, keyPosition }: Assignment, target: Target): void => {
  if (key.startsWith('X-') || !target.findings.hasRoom('warning')) return
  const near = nearest(key, spellings(section))
  const home = near === undefined ? otherHome(section, key, target) : undefined
  const suggestion = home === undefined ? near && `${near}=` : `[${home}] ${key}=`
  say(target, keyPosition, {
    severity: 'warning',
    code: 'unknown-directive',
    message: `[${section}] has no directive ${key}=; the line is ignored`,
    ...(suggestion === undefined ? {} : { suggestion }),
  })
}

/** Directives of a section by all their names. */
const spellings = (section: string): readonly string[] => [
  ...Object.keys(tableOf(section) ?? {}).filter((key) => !gathered.has(`${section}.${key}`)),
  ...Object.keys(aliases)
    .map(parseDirectiveName)
    .flatMap((alias) => (alias.section === section ? [alias.key] : [])),
]

/** The section of this type of unit where the directive does belong. */
const otherHome = (section: string, key: string, target: Target): string | undefined =>
  sectionsOf(target.type).find((other) => other !== section && spellings(other).includes(key))

const say = (target: Target, position: Position, problem: Problem, man?: string, key?: string): void => {
  target.findings.push({
    position,
    severity: problem.severity,
    code: problem.code ?? 'bad-value',
    message: key === undefined ? problem.message : `${key}=${joint(problem.message)}${problem.message}`,
    man: man ?? 'systemd.directives(7)',
    ...(problem.suggestion === undefined ? {} : { suggestion: problem.suggestion }),
  })
}

/** `RestartSec= wants …`, but `ExecStart=: a quote is …`. */
const joint = (message: string): string => (/^(wants|knows|names|needs) /.test(message) ? ' ' : ': ')
