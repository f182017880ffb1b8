/** Canonical values of directives as a person would have written them. */
import { findDirective } from '../../units/directives/find.ts'
import { formatTimeSpan } from '../../units/time-span/format.ts'

/** `256M`, `30s`, `50%`, `PORT=80`, `/bin/sleep 5`; what cannot be said shortly stays canonical. */
export const settingText = (directive: string, canonical: string | undefined): string => {
  if (canonical === undefined) return '(unset)'
  const value = parsed(canonical)
  const [section = '', name = ''] = directive.split('.', 2)
  const type = findDirective(section, name)?.type
  if (!isQuantity(value)) return words(value)
  if (typeof value === 'number' && type?.name.includes('time span')) return formatTimeSpan(value, 1000)
  return type?.print?.(value) ?? words(value)
}

/** A number alone, or one that says what it counts. */
const isQuantity = (value: unknown): boolean => {
  if (typeof value === 'number') return true
  if (typeof value !== 'object' || value === null) return false
  const { kind, value: count, percent } = value as Readonly<Record<string, unknown>>
  return (
    (kind === 'absolute' && typeof count === 'number') || (kind === 'percent' && typeof percent === 'number')
  )
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
  if (fields['kind'] === 'absolute') return String(fields['value'])
  if (Array.isArray(fields['argv'])) return fields['argv'].join(' ')
  if ('name' in fields && 'value' in fields) return `${fields['name']}=${fields['value']}`
  return JSON.stringify(value)
}
