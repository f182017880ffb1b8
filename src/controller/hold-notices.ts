/** What is said of the units that a person stopped: one line each, or one for all that were stopped for one reason. Pure. */
import type { Notice } from '../api/contract.ts'
import type { Hold } from '../store/records.ts'
import { type TimeFacts, timeText } from './gate.ts'

type LocalTime = Pick<TimeFacts, 'zones'>

/** So many lines for one and the same thing would hide what else there is to say. */
const mostAlone = 3
const namedTogether = 5

/** `unitCount`: of all units, held or not. */
export const holdNotices = (
  holds: readonly Hold[],
  unitCount: number,
  localTime: LocalTime,
): readonly Notice[] => {
  const alike = Map.groupBy(holds, ({ who, reason, untilMs }) => JSON.stringify([who, reason, untilMs]))
  return [...alike.values()].flatMap((group) =>
    group.length <= mostAlone
      ? group.map((hold) => noticeOf(`${hold.unit} is`, hold, `gitproc start ${shortName(hold)}`, localTime))
      : [together(group, unitCount, localTime)],
  )
}

const together = (group: readonly Hold[], unitCount: number, localTime: LocalTime): Notice => {
  const first = group.reduce((a, b) => (b.sinceMs < a.sinceMs ? b : a))
  const more = group.length - namedTogether
  const names = group.slice(0, namedTogether).map(shortName).join(', ')
  const who = `${group.length} units (${names}${more > 0 ? ` and ${more} more` : ''}) are`
  const remedy = group.length === unitCount ? 'gitproc start --all' : 'gitproc start NAME...'
  return noticeOf(who, first, remedy, localTime)
}

const noticeOf = (
  subject: string,
  { who, reason, sinceMs, untilMs }: Hold,
  remedy: string,
  localTime: LocalTime,
): Notice => {
  const until = untilMs === undefined ? '' : ` until ${timeText(untilMs, localTime)}`
  const why = reason === undefined ? '' : `: ${reason}`
  return { text: `${subject} held by ${who}${until}${why}`, sinceMs, remedy }
}

const shortName = ({ unit }: Hold): string => unit.replace(/\.service$/, '')
