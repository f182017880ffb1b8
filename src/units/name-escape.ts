/** Escaping of strings and paths for unit names: what systemd-escape(1) does. */

import { decodeBytes, encodeBytes } from '../base/lossless-text.ts'
import { buildUnitName, type NameParts, nameKind, parseUnitName } from './name.ts'
import type { UnitName } from './unit.ts'

/** `/` becomes `-`, all but letters, digits, `:`, `_` and `.` becomes `\xNN`; a leading dot too. */
export const escapeName = (text: string): string =>
  [...encodeBytes(text)].map((byte, index) => escapeByte(byte, index === 0)).join('')

/** The text behind an escaped name; undefined where a backslash does not begin `\xNN`. */
export const unescapeName = (name: string): string | undefined => {
  if (/\\(?!x[0-9a-fA-F]{2})/.test(name)) return undefined
  const bytes: number[] = []
  for (let at = 0; at < name.length; ) {
    const isEscape = name[at] === '\\'
    const source = isEscape
      ? [Number.parseInt(name.slice(at + 2, at + 4), 16)]
      : encodeBytes(charAt(name, at))
    bytes.push(...(name[at] === '-' ? [0x2f] : source))
    at += isEscape ? 4 : charAt(name, at).length
  }
  return decodeBytes(Uint8Array.from(bytes))
}

/** `/dev/sda1/` → `dev-sda1`, `/` → `-`; undefined for a path with `..`. */
export const escapePath = (path: string): string | undefined => {
  const components = pathComponents(path)
  if (path === '' || components.includes('..')) return undefined
  return components.length === 0 ? '-' : escapeName(components.join('/'))
}

/** `dev-sda1` → `/dev/sda1`; undefined where that gives no clean absolute path. */
export const unescapePath = (name: string): string | undefined => {
  if (name === '') return undefined
  if (name === '-') return '/'
  const path = unescapeName(name)
  if (path === undefined || path.startsWith('/') || path.endsWith('/')) return undefined
  const isClean = path
    .split('/')
    .every((component) => component !== '' && component !== '.' && component !== '..')
  return isClean ? `/${path}` : undefined
}

/** `--template`: the escaped text put into `web@.service` as its instance; undefined where that is no template. */
export const escapeInstance = (template: string, escaped: string): UnitName | undefined => {
  const parts = parseUnitName(template)
  if (!parts || nameKind(parts) !== 'template') return undefined
  return buildUnitName({ ...parts, instance: escaped })
}

/** `%f`: the path that an instance, or else the prefix, stands for. */
export const pathOfName = ({ instance, prefix }: NameParts): string | undefined =>
  unescapePath(instance || prefix)

const pathComponents = (path: string): readonly string[] =>
  path.split('/').filter((component) => component !== '' && component !== '.')

const charAt = (text: string, at: number): string => String.fromCodePoint(text.codePointAt(at)!)

const escapeByte = (byte: number, isFirst: boolean): string => {
  const character = String.fromCharCode(byte)
  if (character === '/') return '-'
  const isKept = /[0-9A-Za-z:_.]/.test(character) && !(isFirst && character === '.')
  return isKept ? character : `\\x${byte.toString(16).padStart(2, '0')}`
}
