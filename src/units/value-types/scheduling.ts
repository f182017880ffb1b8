/** Scheduling of processors and disks, and other small numbers with names (systemd.exec(5)). */
import type { ValueType } from '../directive.ts'
import { parseBoolean } from './boolean.ts'
import { integerIn, parseIntegerIn } from './integer.ts'
import { resettable, wanted } from './value-type.ts'

/** A word out of a table, or the number that it stands for. */
const namedNumber = (
  name: string,
  names: Readonly<Record<string, number>>,
  highest: number,
): ValueType<number> => ({
  name,
  assign: (previous, text) => {
    const value = Object.hasOwn(names, text) ? names[text] : parseIntegerIn(text, { from: 0, to: highest })
    return value === undefined ? { value: previous, problem: wanted(name, text) } : { value }
  },
  print: (value) => Object.keys(names).find((each) => names[each] === value) ?? String(value),
})

const namesOf = (names: Readonly<Record<string, number>>): string => `one of ${Object.keys(names).join(', ')}`

const ioClasses = { none: 0, realtime: 1, 'best-effort': 2, idle: 3 }
export const ioClass: ValueType<number> = resettable(namedNumber(namesOf(ioClasses), ioClasses, 7))

const cpuPolicies = { other: 0, batch: 3, idle: 5, fifo: 1, rr: 2 }
export const cpuPolicy: ValueType<number> = resettable(
  namedNumber(namesOf(cpuPolicies), cpuPolicies, 2 ** 31 - 1),
)

const levels = { emerg: 0, alert: 1, crit: 2, err: 3, warning: 4, notice: 5, info: 6, debug: 7 }
export const syslogLevel: ValueType<number> = namedNumber(namesOf(levels), levels, 7)

const facilityNames =
  'kern user mail daemon auth syslog lpr news uucp cron authpriv ftp x x x x local0 local1 local2 local3 local4 local5 local6 local7'
const facilities = Object.fromEntries(
  facilityNames.split(' ').flatMap((name, at) => (name === 'x' ? [] : [[name, at]])),
)
export const syslogFacility: ValueType<number> = namedNumber('a facility such as daemon', facilities, 127)

const numaPolicies = { default: 0, preferred: 1, bind: 2, interleave: 3, local: 4 }
export const numaPolicy: ValueType<number> = resettable(namedNumber(namesOf(numaPolicies), numaPolicies, 4))

export const nice: ValueType<number> = resettable(integerIn({ from: -20, to: 19 }))
export const oomScoreAdjust: ValueType<number> = resettable(integerIn({ from: -1000, to: 1000 }))
export const ioPriority: ValueType<number> = resettable(integerIn({ from: 0, to: 7 }))
export const cpuPriority: ValueType<number> = integerIn({ from: 0, to: 99 })

/** `PrivatePIDs=` and others that newer versions of systemd made more than a boolean. */
export const looseBoolean = (words: readonly string[]): ValueType<boolean> => ({
  name: 'yes or no',
  assign: (previous, text) => {
    const truth = parseBoolean(text) ?? (words.includes(text) ? true : undefined)
    return truth === undefined ? { value: previous, problem: wanted('yes or no', text) } : { value: truth }
  },
  print: (value) => (value ? 'yes' : 'no'),
})

const typesOfService = { 'low-delay': 16, throughput: 8, reliability: 4, 'low-cost': 2 }
export const ipTypeOfService: ValueType<number> = namedNumber(namesOf(typesOfService), typesOfService, 255)
