/** Signals by name, with or without SIG, or by number (signal(7), numbers of Linux on x86 and ARM). */
import { parseIntegerIn } from './integer.ts'
import { scalar } from './value-type.ts'

/** Number → name; 0 is no signal. */
export const signalNames: readonly string[] = (
  ' HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT CHLD CONT STOP TSTP TTIN TTOU ' +
  'URG XCPU XFSZ VTALRM PROF WINCH IO PWR SYS'
)
  .split(' ')
  .map((name) => (name === '' ? '' : `SIG${name}`))

/** What glibc leaves to programs of the real-time signals. */
const realTimeMin = 34
const realTimeMax = 64

/** `SIGTERM`, or `RTMIN+3` for a real-time signal. */
export const parseSignal = (text: string): string | undefined => {
  const number = parseIntegerIn(text, { from: 1, to: realTimeMax })
  if (number !== undefined) return signalName(number)
  const name = text.startsWith('SIG') ? text : `SIG${text}`
  if (name !== 'SIG' && signalNames.includes(name)) return name
  const realTime = /^SIGRT(MIN|MAX)(?:([+-])(\d+))?$/.exec(name)
  return realTime === null ? undefined : realTimeSignal(realTime)
}

const realTimeSignal = ([, end, sign, digits = '0']: RegExpExecArray): string | undefined => {
  const offset = Number(digits)
  if (offset > realTimeMax - realTimeMin || (end === 'MIN' ? sign === '-' : sign === '+')) return undefined
  return signalName(end === 'MIN' ? realTimeMin + offset : realTimeMax - offset)
}

/** The two numbers between the ordinary and the real-time signals are glibc's own and have no name: `SIG32`. */
const signalName = (number: number): string => {
  if (number >= realTimeMin) return `RTMIN+${number - realTimeMin}`
  return signalNames[number] || `SIG${number}`
}

/** The number of a name as `parseSignal` gives it. */
export const signalNumber = (name: string): number => {
  if (name.startsWith('RTMIN+')) return realTimeMin + Number(name.slice(6))
  return /^SIG\d+$/.test(name) ? Number(name.slice(3)) : signalNames.indexOf(name)
}

export const signal = scalar('a signal such as SIGTERM', parseSignal, {
  print: (name) => (/^SIG\d+$/.test(name) ? name.slice(3) : name),
})
