/** What is wrong with single units, and which are frozen: each with the command that goes on from there. */
import type { UnitView } from '../../api/contract.ts'
import { attentionLine } from './attention-line.ts'
import type { Look } from './style.ts'
import { shortName, since } from './words.ts'

/** More of them have one cause, as a rule. */
const shownTroubles = 5

/** One line for each unit that failed or is unhealthy. */
export const troubleLines = (units: readonly UnitView[], look: Look): readonly string[] => {
  const inTrouble = units.filter((unit) => unit.hold === undefined && isInTrouble(unit))
  const more = inTrouble.length - shownTroubles
  return [
    ...inTrouble.slice(0, shownTroubles).flatMap((unit) => troubleLine(unit, look)),
    ...(more > 0 ? attentionLine('!', 'bad', `and ${more} more like these`, 'gitproc list', look) : []),
  ]
}

const isInTrouble = ({ activeState, health }: UnitView): boolean =>
  activeState === 'failed' || health.state === 'unhealthy'

const troubleLine = (unit: UnitView, look: Look): readonly string[] => {
  const name = shortName(unit.name)
  const { health, activeState, reason, lastExit, sinceMs } = unit
  if (activeState !== 'failed') {
    const detail = health.detail === '' ? '' : `: ${health.detail}`
    return attentionLine('!', 'bad', `${name} is unhealthy${detail}`, `gitproc why ${name}`, look)
  }
  const remedy = lastExit === undefined ? `gitproc why ${name}` : `gitproc logs ${name} --last-crash`
  return attentionLine('!', 'bad', `${name}: ${reason || 'failed'} (${since(sinceMs, look)})`, remedy, look)
}

/** Held ones are among the notices, with who and why. */
export const frozenLines = (units: readonly UnitView[], look: Look): readonly string[] =>
  units
    .filter((unit) => unit.isFrozen)
    .map((unit) => shortName(unit.name))
    .flatMap((name) => attentionLine('*', 'quiet', `${name} is frozen`, `gitproc thaw ${name}`, look))
