/** Booleans, as systemd's `parse_boolean()` takes them: any case, six words each. */
import { resettable, scalar } from './value-type.ts'

const yes = new Set(['1', 'yes', 'y', 'true', 't', 'on'])
const no = new Set(['0', 'no', 'n', 'false', 'f', 'off'])

export const parseBoolean = (text: string): boolean | undefined => {
  const word = text.toLowerCase()
  if (yes.has(word)) return true
  return no.has(word) ? false : undefined
}

export const printBoolean = (value: boolean): string => (value ? 'yes' : 'no')

export const boolean = scalar('yes or no', parseBoolean, { print: printBoolean })

/** Yes, no, or (empty) neither. */
export const tristate = resettable(boolean)
