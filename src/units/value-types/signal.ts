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

const otherNames: Readonly<Record<string, string>> = {
  SIGPOLL: 'SIGIO',
  SIGIOT: 'SIGABRT',
  SIGCLD: 'SIGCHLD',
}
/** What glibc leaves to programs of the real-time signals. */
const realTimeMin = 34
const realTimeMax = 64

/** `SIGTERM`, or `RTMIN+3` for a real-time signal. */
export const parseSignal = (text: string): string | undefined => {
  const number = parseIntegerIn(text, { from: 1, to: realTimeMax })
  if (number !== undefined) return signalName(number)
  const name = text.startsWith('SIG') ? text : `SIG${text}`
  const known = otherNames[name] ?? name
  if (known !== 'SIG' && signalNames.includes(known)) return known
  const realTime = /^SIGRT(MIN|MAX)(?:([+-])(\d+))?$/.exec(name)
  return realTime === null ? undefined : realTimeSignal(realTime)
}

const realTimeSignal = ([, end, sign, digits = '0']: RegExpExecArray): string | undefined => {
  const offset = Number(digits)
  if (offset > realTimeMax - realTimeMin || (end === 'MIN' ? sign === '-' : sign === '+')) return undefined
  return signalName(end === 'MIN' ? realTimeMin + offset : realTimeMax - offset)
}

/** Undefined for the two numbers between the ordinary and the real-time signals, which are glibc's own. */
export const signalName = (number: number): string | undefined =>
  number >= realTimeMin ? `RTMIN+${number - realTimeMin}` : signalNames[number] || undefined

/** The number of a name as `parseSignal` gives it. */
export const signalNumber = (name: string): number =>
  name.startsWith('RTMIN+') ? realTimeMin + Number(name.slice(6)) : signalNames.indexOf(name)

export const signal = scalar('a signal such as SIGTERM', parseSignal, { print: (name) => name })
