/** One event of the daemon in one line. */
import type { EventMessage } from '../../api/contract.ts'
import { type Look, paint, printable } from './style.ts'
import { shortName } from './words.ts'

/** `14:05:11.205 mailer ◂ exited 78, start 5 of 5, giving up` */
export const eventLine = (event: EventMessage, look: Look): string => {
  const { kind, unit, atMs } = event
  const subject = unit === undefined ? kind : shortName(unit)
  const body = `${subject} ◂ ${printable(words(event))}`
  const isBad = kind === 'notice' || event.topic === 'unit-failed'
  return `${paint(look, 'quiet', eventTime(atMs, look))} ${isBad ? paint(look, 'busy', body) : body}`
}

/** What, by whom, why; the author of a commit stands in the history. */
const words = ({ kind, text, who, why }: EventMessage): string => {
  const by = who === undefined || kind === 'generation' ? '' : ` by ${who}`
  return `${text}${by}${why === undefined || text.includes(why) ? '' : `: ${why}`}`
}

const dayMs = 86_400_000

/** Local time unless UTC was asked for; with the date where it is not of the last day. */
const eventTime = (atMs: number, { isUtc, nowMs }: Look): string => {
  const offsetMs = isUtc ? 0 : new Date(atMs).getTimezoneOffset() * 60_000
  const text = new Date(atMs - offsetMs).toISOString()
  return nowMs - atMs > dayMs ? text.slice(0, 19).replace('T', ' ') : text.slice(11, 23)
}
