/** One event of the daemon in one line. */
import type { EventMessage } from '../../api/contract.ts'
import { type Look, paint, printable } from './style.ts'
import { shortName } from './words.ts'

/** `14:05:11.205 mailer ◂ exited 78, start 5 of 5, giving up` */
export const eventLine = ({ kind, unit, text, atMs }: EventMessage, look: Look): string => {
  const subject = unit === undefined ? kind : shortName(unit)
  const body = `${subject} ◂ ${printable(text)}`
  return `${paint(look, 'quiet', clockTime(atMs, look))} ${kind === 'notice' ? paint(look, 'busy', body) : body}`
}

/** Local time unless UTC was asked for. */
const clockTime = (atMs: number, { isUtc }: Look): string => {
  const offsetMs = isUtc ? 0 : new Date(atMs).getTimezoneOffset() * 60_000
  return new Date(atMs - offsetMs).toISOString().slice(11, 23)
}
