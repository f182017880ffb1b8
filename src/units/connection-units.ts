/**
 * Accept=yes (systemd.socket(5)): each connection has an instance of the socket's template. Folders know no connections, so
 * that the template is loaded as one instance, whose name stands wherever the real one's will.
 */
import type { LoadedUnit } from './loaded-unit.ts'
import { buildUnitName, parseUnitName } from './name.ts'
import { unescapeName } from './name-escape.ts'
import type { UnitName } from './unit.ts'

/** Instance of the model of all connections. */
const modelInstance = 'each-connection'
const modelInstancePlain = 'each/connection'

/** `echo.socket` → `echo@each-connection.service`. */
export const connectionModelName = (socket: UnitName): UnitName =>
  modelOf(parseUnitName(socket)?.prefix ?? socket)

/** The model of a connection's unit: `echo@3-….service` → `echo@each-connection.service`; undefined: it can't be one's. */
export const connectionModelOf = (name: UnitName): UnitName | undefined => {
  const parts = parseUnitName(name)
  const isConnection = parts?.type === 'service' && /^\d+(?:-|$)/.test(parts.instance ?? '')
  return isConnection ? modelOf(parts.prefix) : undefined
}

const modelOf = (prefix: string): UnitName =>
  buildUnitName({ prefix, instance: modelInstance, type: 'service' })

/** What a timer, path or socket unit starts where it does not say: the service of its own name, or one for each connection. */
export const defaultService = ({ name, socket }: Pick<LoadedUnit, 'name' | 'socket'>): UnitName =>
  socket?.Accept === true ? connectionModelName(name) : `${name.slice(0, name.lastIndexOf('.'))}.service`

/** The unit of one connection. */
export const connectionUnit = (model: LoadedUnit, name: UnitName): LoadedUnit => {
  const instance = parseUnitName(name)?.instance ?? ''
  const plain = unescapeName(instance) ?? instance
  const renamed = (text: string): string =>
    text.replaceAll(modelInstance, instance).replaceAll(modelInstancePlain, plain)
  const { unit, service } = model
  return {
    ...model,
    name,
    instance,
    unit: mapTexts(unit, renamed),
    ...(service && { service: mapTexts(service, renamed) }),
  }
}

const mapTexts = <T>(value: T, map: (text: string) => string): T => {
  if (typeof value === 'string') return map(value) as T
  if (Array.isArray(value)) return value.map((each) => mapTexts(each, map)) as T
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, mapTexts(each, map)])) as T
}
