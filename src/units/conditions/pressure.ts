/** `MemoryPressure=app.slice:20%/1min`: how much time may be lost to waiting (systemd.unit(5)). */
import type { Pressure } from './facts.ts'

export interface PressureLimit {
  readonly slice: string | undefined
  readonly percent: number
  readonly window: keyof Pressure
}

export const parsePressureLimit = (text: string): PressureLimit | undefined => {
  const match = /^(?:([^:]*):)?([^/]*)(?:\/(.*))?$/s.exec(text)
  const percent = parsePercent((match?.[2] ?? '').trim())
  const window = findWindow((match?.[3] ?? '').trimStart())
  return percent === undefined || window === undefined ? undefined : { slice: match?.[1], percent, window }
}

/** Nothing is five minutes; what follows the name does not count. */
const findWindow = (text: string): keyof Pressure | undefined => {
  if (text === '' || text.startsWith('5min')) return 'avg300'
  if (text.startsWith('1min')) return 'avg60'
  return text.startsWith('10sec') ? 'avg10' : undefined
}

/** Up to two digits behind the point; per mille and per myriad too. */
const parsePercent = (text: string): number | undefined => {
  const match = /^(\d+(?:\.\d{1,2})?)%$|^(\d+(?:\.\d)?)‰$|^(\d+)‱$/.exec(text)
  if (match === null) return undefined
  const percent = Number(match[1] ?? Number(match[2] ?? Number(match[3]) / 10) / 10)
  return percent <= 100 ? percent : undefined
}
