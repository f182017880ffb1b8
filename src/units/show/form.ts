/** The forms in which properties are shown. */
import type { SizeOrPercent } from '../values.ts'

/** Name → value, in JSON's terms. */
export type Properties = Readonly<Record<string, unknown>>

/** Numbers without end are the word `infinity`. */
export const count = (value: number): number | 'infinity' =>
  value === Number.POSITIVE_INFINITY ? 'infinity' : value

export const octal = (mode: number): string => mode.toString(8).padStart(4, '0')

/** A size, or the share of a whole that it stands for; whole pages where the whole is memory. */
export const amount = (value: SizeOrPercent, whole: number, unit = 1): number | 'infinity' =>
  value.kind === 'absolute'
    ? count(value.value)
    : Math.floor((Math.floor(whole / unit) * Math.round(value.percent * 100)) / 10_000) * unit
