/** File modes and masks, in octal. */
import { scalar } from './value-type.ts'

export const parseMode = (text: string): number | undefined => {
  if (!/^[0-7]+$/.test(text)) return undefined
  const value = Number.parseInt(text, 8)
  return value <= 0o7777 ? value : undefined
}

/** `0755`. */
export const printMode = (mode: number): string => mode.toString(8).padStart(4, '0')

export const fileMode = scalar('a mode in octal such as 0755', parseMode, { print: printMode })
