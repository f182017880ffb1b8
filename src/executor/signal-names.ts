/** Signal numbers ↔ names, real-time signals included (systemd spells them `SIGRTMIN+3`). Pure but for the host's numbers. */
import { constants } from 'node:os'

/** glibc keeps 32 and 33 for itself. */
const firstRealTime = 34
const lastRealTime = 64

const names: ReadonlyMap<number, string> = new Map(
  Object.entries(constants.signals)
    // Aliases: the first name of a number is the usual one, but for these two.
    .filter(([name]) => name !== 'SIGIOT' && name !== 'SIGPOLL')
    .map(([name, number]) => [number, name]),
)

export const signalName = (number: number): string | undefined => {
  if (number < firstRealTime) return names.get(number)
  return number <= lastRealTime
    ? `SIGRTMIN${number === firstRealTime ? '' : `+${number - firstRealTime}`}`
    : undefined
}

/** Undefined for what is no signal. */
export function signalNumber(name: string): number | undefined {
  const known = (constants.signals as Readonly<Record<string, number>>)[name]
  if (known !== undefined) return known
  const match = /^SIGRT(MIN|MAX)(?:([+-])(\d+))?$/.exec(name)
  if (match === null) return undefined
  const offset = Number(match[3] ?? 0) * (match[2] === '-' ? -1 : 1)
  const number = (match[1] === 'MIN' ? firstRealTime : lastRealTime) + offset
  return number >= firstRealTime && number <= lastRealTime ? number : undefined
}
