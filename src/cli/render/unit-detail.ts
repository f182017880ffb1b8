/** `gitproc status NAME`: one unit with everything that explains it, and the commands that help. */
import type { StatusAnswer, UnitView } from '../../api/contract.ts'
import type { Diagnostic } from '../../base/diagnostic.ts'
import { visibleLength } from './attention-line.ts'
import { clockTime } from './clock-time.ts'
import { exitWords } from './exit.ts'
import { type Look, paint, printable, wrapped } from './style.ts'
import { healthWord, shapeOf, stateWord } from './unit-state.ts'
import { bytes, quotedSubject, shortName, shortSha, since } from './words.ts'

/** What is known of the whole: the state of what the unit needs, and findings in its files. */
export type Surroundings = Pick<StatusAnswer, 'units' | 'diagnostics'>

export const renderUnit = (unit: UnitView, around: Surroundings, look: Look): readonly string[] => [
  title(unit, look),
  ...fields(unit, around, look).flatMap(([name, text, remedy]) => field(name, text, remedy, look)),
]

type Field = readonly [name: string, text: string | undefined, remedy?: string | undefined]

const title = (unit: UnitView, look: Look): string => {
  const { sign, style } = shapeOf(unit)
  const description =
    unit.description === '' || unit.description === unit.name ? '' : ` - ${printable(unit.description)}`
  return `${paint(look, style, sign)} ${paint(look, 'strong', unit.name)}${description}`
}

const fields = (
  unit: UnitView,
  { units: others, diagnostics }: Surroundings,
  look: Look,
): readonly Field[] => [
  ['Commit', unit.changedIn && `${shortSha(unit.changedIn.sha)} ${quotedSubject(unit.changedIn)}`],
  ['State', state(unit, look), stateRemedy(unit)],
  ['Hold', hold(unit, look)],
  ['Health', unit.health.state === 'none' ? undefined : health(unit, look)],
  ['Starts', unit.trigger && starts(unit.trigger, look)],
  ['Main PID', unit.mainPid === undefined ? undefined : String(unit.mainPid)],
  ['Started', unit.startedAtMs === undefined ? undefined : since(unit.startedAtMs, look)],
  ['Restarts', String(unit.restarts)],
  ['Exit', unit.lastExit && `${exitWords(unit.lastExit)}, ${since(unit.lastExit.atMs, look)}`],
  ['Says', unit.statusText],
  ['User', unit.user],
  ['Usage', usage(unit)],
  ['Needs', neighbours(unit.needs, others, look)],
  ['Wanted by', neighbours(unit.wantedBy, others, look)],
  ['Unenforced', unit.notEnforced.length === 0 ? undefined : unit.notEnforced.join('; '), 'gitproc verify'],
  ...findings(unit, diagnostics),
  ['Unit', unit.file, `gitproc cat ${shortName(unit.name)}`],
]

/** Such as a limit that a slice withholds. */
const findings = ({ name, file }: UnitView, diagnostics: readonly Diagnostic[]): readonly Field[] =>
  diagnostics
    .filter(({ position }) => position.file === file || position.file.startsWith(`${name}.d/`))
    .map(({ message, position, severity }) => [
      severity === 'error' ? 'Error' : 'Warning',
      printable(`${message} (${position.file}:${position.line})`),
    ])

const indent = ' '.repeat(13)

const field = (
  name: string,
  text: string | undefined,
  remedy: string | undefined,
  look: Look,
): readonly string[] => {
  if (text === undefined || text === '') return []
  const lines = wrapped(text, look.width - indent.length).map(
    (line, index) => `${index === 0 ? `${name.padStart(11)}: ` : indent}${line}`,
  )
  if (remedy === undefined) return lines
  const last = lines.at(-1)!
  return visibleLength(last) + 3 + remedy.length <= look.width
    ? [...lines.slice(0, -1), `${last}   ${remedy}`]
    : [...lines, `${indent}${remedy}`]
}

const state = (unit: UnitView, look: Look): string => {
  const { style } = shapeOf(unit)
  const reason = unit.reason === '' ? '' : `: ${printable(unit.reason)}`
  const word = stateWord(unit, look)
  const { activeState, subState } = unit
  const systemd = activeState === subState ? activeState : `${activeState} (${subState})`
  const more = word === systemd ? '' : `, ${systemd}`
  return `${paint(look, style, word)}${more} since ${since(unit.sinceMs, look)}${reason}`
}

const starts = ({ unit, lastAtMs }: NonNullable<UnitView['trigger']>, look: Look): string =>
  `${shortName(unit)}${lastAtMs === undefined ? ', has not yet' : `, last ${since(lastAtMs, look)}`}`

const stateRemedy = (unit: UnitView): string | undefined => {
  if (unit.activeState === 'failed') return `gitproc logs ${shortName(unit.name)} --last-crash`
  return unit.hold ? `gitproc start ${shortName(unit.name)}` : undefined
}

const hold = ({ hold: held }: UnitView, look: Look): string | undefined =>
  held &&
  `by ${held.who} ${since(held.sinceMs, look)}${untilText(held.untilMs, look)}${held.reason === undefined ? '' : `: "${held.reason}"`}`

const untilText = (untilMs: number | undefined, look: Look): string =>
  untilMs === undefined ? '' : ` until ${clockTime(untilMs, look)}`

const health = (unit: UnitView, look: Look): string => {
  const { detail, checkedAtMs } = unit.health
  const checked = checkedAtMs === undefined ? '' : `, checked ${since(checkedAtMs, look)}`
  return `${healthWord(unit)}${detail === '' ? '' : ` (${printable(detail)})`}${checked}`
}

const usage = (unit: UnitView): string => {
  const { cpuUsageUsec, tasks, ioReadBytes, ioWriteBytes } = unit
  const parts = [
    memory(unit),
    cpuUsageUsec === undefined ? undefined : `cpu ${(cpuUsageUsec / 1_000_000).toFixed(1)} s`,
    tasks === undefined ? undefined : `tasks ${tasks}`,
    ioReadBytes === undefined ? undefined : `read ${bytes(ioReadBytes)}`,
    ioWriteBytes === undefined ? undefined : `written ${bytes(ioWriteBytes)}`,
  ]
  return parts.filter((part) => part !== undefined).join(', ')
}

const memory = ({ memoryBytes, memoryMaxBytes, memoryPeakBytes }: UnitView): string | undefined => {
  if (memoryBytes === undefined) return undefined
  const isLimited = memoryMaxBytes !== undefined && Number.isFinite(memoryMaxBytes)
  const limit = isLimited ? ` of ${bytes(memoryMaxBytes)}` : ''
  const peak = memoryPeakBytes === undefined ? '' : ` (peak ${bytes(memoryPeakBytes)})`
  return `memory ${bytes(memoryBytes)}${limit}${peak}`
}

const neighbours = (names: readonly string[], others: readonly UnitView[], look: Look): string =>
  names
    .map((name) => {
      const other = others.find((candidate) => candidate.name === name)
      if (other === undefined) return shortName(name)
      const { sign, style } = shapeOf(other)
      return `${shortName(name)} ${paint(look, style, sign)} ${stateWord(other, look)}`
    })
    .join(', ')
