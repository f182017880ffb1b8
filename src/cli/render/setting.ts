/** Canonical values of directives as a person would have written them. */
import { findDirective } from '../../units/directives/find.ts'
import { formatTimeSpan } from '../../units/time-span/format.ts'
import { bytes } from './words.ts'

/** `256M`, `30s`, `PORT=80`, `/bin/sleep 5`; what cannot be said shortly stays canonical. */
export const settingText = (directive: string, canonical: string | undefined): string => {
  if (canonical === undefined) return '(unset)'
  const value = parsed(canonical)
  const [section = '', name = ''] = directive.split('.', 2)
  const type = findDirective(section, name)?.type.name ?? ''
  return typeof value === 'number' && type.includes('time span') ? formatTimeSpan(value, 1000) : words(value)
}

/** A directive's name alone: `MemoryMax=`; of a file that units name, its path. */
export const settingName = (directive: string): string =>
  directive.startsWith('file ')
    ? directive.slice('file '.length)
    : `${directive.slice(directive.indexOf('.') + 1)}=`

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

const words = (value: unknown): string => {
  if (Array.isArray(value)) return value.map(words).join(' ')
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  return typeof value === 'object' && value !== null ? objectWords(value) : String(value)
}

const objectWords = (value: object): string => {
  const fields = value as Readonly<Record<string, unknown>>
  if (fields['kind'] === 'absolute') return sizeWords(fields['value'])
  if (fields['kind'] === 'percent') return `${fields['percent']}%`
  if (Array.isArray(fields['argv'])) return fields['argv'].join(' ')
  if ('name' in fields && 'value' in fields) return `${fields['name']}=${fields['value']}`
  return JSON.stringify(value)
}

const sizeWords = (value: unknown): string =>
  typeof value === 'number' && Number.isFinite(value) ? bytes(value) : String(value)
