/** Names of units: their parts, and which are valid (systemd.unit(5)). */
import { type UnitName, type UnitType, unitTypes } from './unit.ts'

/** `web@a.service`: prefix `web`, instance `a`, type `service`. A template's instance is the empty string. */
export interface NameParts {
  readonly prefix: string
  readonly instance: string | undefined
  readonly type: UnitType
}

export type NameKind = 'plain' | 'instance' | 'template'

const longestName = 255

/** Undefined where the name is not one that systemd takes. */
export const parseUnitName = (name: string): NameParts | undefined => {
  const dot = name.lastIndexOf('.')
  const type = unitTypes.find((candidate) => candidate === name.slice(dot + 1))
  if (dot <= 0 || name.length > longestName || !type) return undefined
  const stem = name.slice(0, dot)
  const at = stem.indexOf('@')
  if (at === 0 || !/^[0-9A-Za-z:_.\\@-]+$/.test(stem)) return undefined
  return at < 0
    ? { prefix: stem, instance: undefined, type }
    : { prefix: stem.slice(0, at), instance: stem.slice(at + 1), type }
}

export const nameKind = ({ instance }: NameParts): NameKind =>
  instance === undefined ? 'plain' : instance === '' ? 'template' : 'instance'

export const buildUnitName = ({ prefix, instance, type }: NameParts): UnitName =>
  instance === undefined ? `${prefix}.${type}` : `${prefix}@${instance}.${type}`

/** `web@a.service` → `web@.service`. */
export const templateName = (parts: NameParts): UnitName => buildUnitName({ ...parts, instance: '' })

/** The name without its type: `%N`. */
export const nameStem = (parts: NameParts): string =>
  parts.instance === undefined ? parts.prefix : `${parts.prefix}@${parts.instance}`

/** Only these have templates. */
const templateTypes: readonly UnitType[] = ['service', 'socket', 'target', 'timer', 'path']

/**
 * A dependency as written, made a full name: no suffix means `.service`; a bare template takes the instance of the unit
 * that names it, or where that is no instance, its prefix.
 */
export const resolveDependencyName = (written: string, from: NameParts): UnitName | undefined => {
  const parts = parseUnitName(written)
  if (!parts || (parts.instance !== undefined && !templateTypes.includes(parts.type))) return undefined
  if (nameKind(parts) !== 'template') return written
  const instance = buildUnitName({ ...parts, instance: from.instance || from.prefix })
  return instance.length > longestName ? undefined : instance
}
