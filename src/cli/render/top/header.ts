/** The top of `gitproc top`: what is applied and how it is, the sum of all units, and what wants attention. Pure. */
import type { UnitView } from '../../../api/contract.ts'
import type { TopState } from '../../top/top-state.ts'
import { headline } from '../status.ts'
import { type Look, paint, printable } from '../style.ts'
import { bytes, counted, span } from '../words.ts'
import { percent } from './unit-rows.ts'

export const header = (state: TopState, look: Look): readonly string[] => [
  ...headline(state.status, look),
  totals(state, look),
  ...trouble(state, look),
]

const totals = ({ status: { units }, shares }: TopState, look: Look): string => {
  const count = (isIt: (unit: UnitView) => boolean): number => units.filter(isIt).length
  const sum = (of: (unit: UnitView) => number | undefined): number =>
    units.reduce((total, unit) => total + (of(unit) ?? 0), 0)
  const failed = count((unit) => unit.activeState === 'failed')
  const cores = [...shares.cores.values()].reduce((total, share) => total + share, 0)
  return [
    counted(units.length, 'unit'),
    `${count((unit) => unit.activeState === 'active')} active`,
    paint(look, failed > 0 ? 'bad' : 'quiet', `${failed} failed`),
    `cpu ${percent(shares.cores.size === 0 ? undefined : cores)}`,
    `memory ${bytes(sum((unit) => unit.memoryBytes))}`,
    `tasks ${sum((unit) => unit.tasks)}`,
    `restarts ${sum((unit) => unit.restarts)}`,
  ].join('   ')
}

/** One line at most: the rest is what `gitproc status` is for. */
const trouble = ({ problem, status, answeredAtMs, nowMs }: TopState, look: Look): readonly string[] => {
  if (problem !== undefined)
    return [paint(look, 'bad', `! no answer for ${span(nowMs - answeredAtMs)}: ${printable(problem)}`)]
  const [notice] = status.notices
  if (notice === undefined) return []
  const more = status.notices.length > 1 ? ` (and ${status.notices.length - 1} more: gitproc status)` : ''
  return [paint(look, 'busy', `! ${printable(notice.text)}${more}`)]
}
