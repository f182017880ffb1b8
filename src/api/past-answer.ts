/** Questions about the past: what happened, and what was in force. */
import type { AtAnswer, EventsAnswer } from './contract.ts'
import { badRequest } from './request-body.ts'
import type { Call, RouteContext } from './routes.ts'

const defaultEvents = 100
const maxEvents = 10_000

export const pastEvents = ({ query }: Call, { controller }: RouteContext): EventsAnswer => {
  const limit = Number(query.get('limit') ?? defaultEvents)
  if (!Number.isInteger(limit) || limit < 1 || limit > maxEvents)
    throw badRequest(`"limit" wants a number from 1 to ${maxEvents}`)
  const sinceMs = milliseconds(query, 'since')
  const untilMs = milliseconds(query, 'until')
  return { events: controller.events({ limit, unit: query.get('unit') ?? undefined, sinceMs, untilMs }) }
}

export const at = ({ query }: Call, { controller }: RouteContext): AtAnswer => {
  const atMs = milliseconds(query, 'time')
  if (atMs === undefined) throw badRequest('"time" is missing')
  return controller.at(atMs)
}

/** Since the epoch. */
const milliseconds = (query: URLSearchParams, name: string): number | undefined => {
  const text = query.get(name)
  if (text === null) return undefined
  const value = Number(text)
  if (text.trim() === '' || !Number.isFinite(value) || value < 0)
    throw badRequest(`"${name}" wants milliseconds since 1970`)
  return value
}
