/** Limits of a service's log: `LogMaxSize=`, `LogMaxFiles=`, `LogMaxAge=`. Also values of the configuration's keys. */
import type { ValueType } from '../directive.ts'
import { formatTimeSpan } from '../time-span/format.ts'
import { parseTimeSpan } from '../time-span/time-span.ts'
import { integerIn, parseIntegerIn } from './integer.ts'
import { parseSize, printSize } from './size.ts'
import { resettable, scalar } from './value-type.ts'

/** Below it rotation would do more work than the service; above it one archive takes minutes to pack. */
const sizeRange = { from: 64 * 1024, to: 64 * 1024 ** 3 }
const fileRange = { from: 0, to: 10_000 }

export const logSizeName = 'a size from 64K to 64G'
export const parseLogSize = (text: string): number | undefined => {
  const bytes = parseSize(text)
  return bytes !== undefined && bytes >= sizeRange.from && bytes <= sizeRange.to ? bytes : undefined
}

export const logFilesName = `a number from ${fileRange.from} to ${fileRange.to}`
export const parseLogFiles = (text: string): number | undefined => parseIntegerIn(text, fileRange)

export const logAgeName = 'a time span above 0, or infinity'
/** Microseconds. */
export const parseLogAge = (text: string): number | undefined => {
  const usec = parseTimeSpan(text)
  return usec === 0 ? undefined : usec
}

/** An empty assignment takes each back to the configuration's. */
export const logSize: ValueType<number> = resettable(scalar(logSizeName, parseLogSize, { print: printSize }))
export const logFiles: ValueType<number> = resettable(integerIn(fileRange))
export const logAge: ValueType<number> = resettable(
  scalar(logAgeName, parseLogAge, { man: 'systemd.time(7)', print: formatTimeSpan }),
)
