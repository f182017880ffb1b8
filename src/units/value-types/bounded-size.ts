/** Limits of control groups: sizes and counts, each as a number, a share of what the host has, or `infinity`. */
import type { ValueType } from '../directive.ts'
import type { SizeOrPercent } from '../values.ts'
import { parseBigInteger } from './integer.ts'
import { parsePermyriad, parsePermyriadBounded, printPercent } from './percent.ts'
import { parseSize, printSize } from './size.ts'
import { resettable, scalar, wanted } from './value-type.ts'

const infinity: SizeOrPercent = { kind: 'absolute', value: Number.POSITIVE_INFINITY }

const share = (text: string): SizeOrPercent | undefined => {
  const permyriad = parsePermyriadBounded(text)
  return permyriad === undefined ? undefined : { kind: 'percent', percent: permyriad / 100 }
}

const parseMemory = (text: string): SizeOrPercent | undefined => {
  if (text === 'infinity') return infinity
  const bytes = parseSize(text)
  return (
    share(text) ??
    (bytes === undefined || isOutOfRange(bytes) ? undefined : { kind: 'absolute', value: bytes })
  )
}

const parseTasks = (text: string): SizeOrPercent | undefined => {
  if (text === 'infinity') return infinity
  const count = parseBigInteger(text)
  if (count === undefined || count < 0n) return share(text)
  if (count === 0n || isOutOfRange(Number(count))) return undefined
  return { kind: 'absolute', value: Number(count) }
}

/** systemd keeps the highest number of 64 bits for infinity. */
const isOutOfRange = (bytes: number): boolean => bytes >= 2 ** 64

const isZero = (value: SizeOrPercent): boolean =>
  value.kind === 'absolute' ? value.value === 0 : value.percent === 0

const boundedType = (
  name: string,
  parse: (text: string) => SizeOrPercent | undefined,
  printOne: (value: number) => string,
): ValueType<SizeOrPercent> => ({
  name,
  assign: (previous, text) => {
    if (text === '') return { value: undefined }
    const value = parse(text)
    return value === undefined ? { value: previous, problem: wanted(name, text) } : { value }
  },
  print: (value) => (value.kind === 'percent' ? printPercent(value.percent) : printOne(value.value)),
})

const memoryName = 'a size such as 512M, a percentage or infinity'

/** 0 means something: protection that is off, no swap at all. */
export const memorySize: ValueType<SizeOrPercent> = boundedType(memoryName, parseMemory, printSize)

/** A limit of 0 would let nothing run: it is no limit that somebody meant. */
export const memoryLimit: ValueType<SizeOrPercent> = boundedType(
  `${memoryName}, above 0`,
  (text) => above0(parseMemory(text)),
  printSize,
)

const tasks = boundedType('a number above 0, a percentage or infinity', parseTasks, (value) =>
  value === Number.POSITIVE_INFINITY ? 'infinity' : String(BigInt(value)),
)

/** What systemd gives to every unit but slices, and to these where they are given nothing. */
export const defaultTasks: SizeOrPercent = { kind: 'percent', percent: 15 }

export const taskLimit: ValueType<SizeOrPercent> = {
  ...tasks,
  assign: (previous, text, context) =>
    text === '' && context.unitName.endsWith('.slice')
      ? { value: defaultTasks }
      : tasks.assign(previous, text, context),
}

const above0 = (value: SizeOrPercent | undefined): SizeOrPercent | undefined =>
  value === undefined || isZero(value) ? undefined : value

/** Per cent of one processor: `200%` is two of them. */
export const cpuQuota: ValueType<number> = resettable(
  scalar(
    'a percentage of one processor, above 0',
    (text) => {
      const permyriad = parsePermyriad(text)
      return permyriad === undefined || permyriad === 0 ? undefined : permyriad / 100
    },
    { print: printPercent },
  ),
)

/** Per cent of the time, 0 to 100 (`ManagedOOMMemoryPressureLimit=`). */
export const percentOfTime: ValueType<number> = resettable(
  scalar(
    'a percentage',
    (text) => {
      const permyriad = parsePermyriadBounded(text)
      return permyriad === undefined ? undefined : permyriad / 100
    },
    { print: printPercent },
  ),
)
