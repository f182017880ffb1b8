/** Weights, controllers and limits by device (systemd.resource-control(5)). */
import { err, ok, type Result } from '../../base/result.ts'
import type { Problem, ValueType } from '../directive.ts'
import { parseUnitName } from '../name.ts'
import { splitWords } from '../syntax/words.ts'
import { parseTimeSpan } from '../time-span/time-span.ts'
import type { Delegation, DeviceLimit, DeviceRule } from '../values.ts'
import { parseBoolean } from './boolean.ts'
import { parseInteger, parseIntegerIn, type Range } from './integer.ts'
import { readAbsolutePath } from './path.ts'
import { parseSize } from './size.ts'
import { eachWord, list, printWords, resettable, scalar, wanted } from './value-type.ts'

const weightIn = (range: Range): ValueType<number> =>
  resettable(
    scalar(`a weight from ${range.from} to ${range.to}`, (text) => parseIntegerIn(text, range), {
      print: String,
    }),
  )

export const ioWeight: ValueType<number> = weightIn({ from: 1, to: 10_000 })
export const cpuShares: ValueType<number> = weightIn({ from: 2, to: 262_144 })
export const blockIoWeight: ValueType<number> = weightIn({ from: 10, to: 1000 })

/** `idle` is 0, as cgroup v2 has `cpu.idle` for it. */
export const cpuWeight: ValueType<number> = {
  ...ioWeight,
  name: 'a weight from 1 to 10000, or idle',
  assign: (previous, text, context) =>
    text === 'idle' ? { value: 0 } : ioWeight.assign(previous, text, context),
  print: (weight) => (weight === 0 ? 'idle' : String(weight)),
}

/** Controllers of cgroup v2 that a unit may be given, in the kernel's order. */
export const controllers: readonly string[] = ['cpu', 'cpuset', 'io', 'memory', 'pids']

/** Of cgroup v1, or programs of the kernel: named in files, and nothing here. */
const otherControllers =
  'cpuacct blkio devices bpf-firewall bpf-devices bpf-foreign bpf-socket-bind bpf-restrict-network-interfaces'.split(
    ' ',
  )

const controllerName = 'names of controllers'

const readControllers = eachWord(controllerName, (word) =>
  controllers.includes(word) || otherControllers.includes(word) ? ok(word) : err(`"${word}" is none`),
)

/** As the type itself, for units that hold processes of their own accord: not for sockets and mounts. */
export const onlyHeld = <T>(type: ValueType<T>): ValueType<T> => ({
  ...type,
  assign: (previous, text, context) =>
    holders.includes(parseUnitName(context.unitName)?.type ?? '')
      ? type.assign(previous, text, context)
      : { value: previous, problem: problem('is for services and slices only; the line is ignored') },
})

const holders: readonly string[] = ['service', 'slice']

export const controllerNames: ValueType<readonly string[]> = list(controllerName, readControllers, {
  print: printWords,
})

/** Yes: all controllers; a list: those of it that there are; empty: delegated without controllers. Services alone can be. */
export const delegation: ValueType<Delegation> = {
  name: 'yes, no or names of controllers',
  assign: (previous, text, context) => {
    if (parseUnitName(context.unitName)?.type !== 'service')
      return { value: previous, problem: problem('is for services only; the line is ignored') }
    if (text === '') return { value: { isDelegated: true, controllers: [] } }
    const truth = parseBoolean(text)
    if (truth !== undefined) return { value: { isDelegated: truth, controllers: truth ? controllers : [] } }
    const { elements, problems } = readControllers(text, context)
    const earlier = previous?.isDelegated ? previous.controllers : []
    return { value: { isDelegated: true, controllers: [...new Set([...earlier, ...elements])] }, problems }
  },
  print: (value) => (value.isDelegated ? value.controllers.join(' ') : 'no'),
}

/** A device, and a number for it; the last one for a device counts. */
const deviceLimits = (
  name: string,
  parse: (text: string) => number | undefined,
): ValueType<readonly DeviceLimit[]> => ({
  name,
  assign: (previous, text, context) => {
    if (text === '') return { value: undefined }
    const [written = '', value = '', ...rest] = splitWords(text, { quotes: true, escapes: false }) ?? []
    const expanded = context.expand(written)
    const path = 'problem' in expanded ? err(expanded.problem) : readAbsolutePath(expanded.text)
    const limit = value === '' || rest.length > 0 ? undefined : parse(value)
    if (!path.ok) return { value: previous, problem: { severity: 'error', message: path.error } }
    if (limit === undefined) return { value: previous, problem: wanted(name, text) }
    const others = (previous ?? []).filter(({ device }) => device !== path.value)
    return { value: [...others, { device: path.value, value: limit }] }
  },
})

const sizePerSecond = (text: string): number | undefined =>
  text === 'infinity' ? Number.POSITIVE_INFINITY : parseSize(text, 1000)

export const deviceWeights = deviceLimits('a device and a weight from 1 to 10000', (text) =>
  parseIntegerIn(text, { from: 1, to: 10_000 }),
)
export const blockDeviceWeights = deviceLimits('a device and a weight from 10 to 1000', (text) =>
  parseIntegerIn(text, { from: 10, to: 1000 }),
)
export const deviceRates = deviceLimits('a device and a size or number in each second', sizePerSecond)
export const deviceLatencies = deviceLimits('a device and a time span', (text) => parseTimeSpan(text))

/** `/dev/null rw`, `char-tty r`; without letters all of read, write and make. */
export const deviceRules: ValueType<readonly DeviceRule[]> = {
  name: 'a device and some of the letters r, w, m',
  assign: (previous, text, context) => {
    if (text === '') return { value: undefined }
    const [written = '', permissions = ''] = splitWords(text, { quotes: true, escapes: false }) ?? []
    const expanded = context.expand(written)
    const device = 'problem' in expanded ? err(expanded.problem) : readDevice(expanded.text)
    if (!device.ok) return { value: previous, problem: problem(device.error) }
    if (!/^[rwm]*$/.test(permissions))
      return { value: previous, problem: problem(`wants letters out of r, w and m, got "${permissions}"`) }
    return { value: [...(previous ?? []), { device: device.value, permissions: permissions || 'rwm' }] }
  },
}

const problem = (message: string): Problem => ({ severity: 'error', message })

const readDevice = (text: string): Result<string, string> => {
  if (/^(?:char|block)-./.test(text)) return ok(text)
  const path = readAbsolutePath(text)
  if (path.ok && !/^\/(?:dev|run\/systemd\/inaccessible)\/./.test(path.value))
    return err(`wants a path below /dev, or char-NAME or block-NAME, got "${text}"`)
  return path
}

/** `cpu.shares`-like numbers for processors and memory nodes: `0-3 8`, in order, each once. */
export const numberSet: ValueType<readonly number[]> = {
  name: 'numbers and ranges such as 0-3,8',
  assign: (previous, text, context) => {
    if (text === '') return { value: undefined }
    const expanded = context.expand(text)
    const numbers = 'problem' in expanded ? undefined : readNumbers(expanded.text)
    if (numbers === undefined)
      return { value: previous, problem: wanted('numbers and ranges such as 0-3,8', text) }
    return { value: [...new Set([...(previous ?? []), ...numbers])].sort((a, b) => a - b) }
  },
  print: (numbers) => numbers.join(' '),
}

/** As `numberSet`; `numa` would take the processors of `NUMAMask=`. */
export const cpuSet: ValueType<readonly number[]> = {
  ...numberSet,
  assign: (previous, text, context) =>
    text === 'numa' ? { value: [], problem: withoutNuma } : numberSet.assign(previous, text, context),
}

const withoutNuma: Problem = {
  severity: 'warning',
  code: 'not-supported',
  message: 'numa is not supported, the service runs on any processor',
}

const highestNumber = 8191

const readNumbers = (text: string): readonly number[] | undefined => {
  const numbers: number[] = []
  for (const word of splitWords(text, { quotes: true, escapes: false, separators: ' \t\n\r,' }) ?? ['?']) {
    const dash = word.indexOf('-')
    const first = parseInteger(dash < 0 ? word : word.slice(0, dash))
    const last = dash < 0 ? first : parseInteger(word.slice(dash + 1))
    if (
      first === undefined ||
      last === undefined ||
      first < 0 ||
      last < 0 ||
      last > highestNumber ||
      last < first
    )
      return undefined
    for (let number = first; number <= last; number += 1) numbers.push(number)
  }
  return numbers.length === 0 ? undefined : numbers
}
