/** What each kind of condition asks of the facts. `undefined`: the parameter has no meaning, so it holds for neither sign. */
import { splitWords, type WordRules } from '../syntax/words.ts'
import { parseBoolean } from '../value-types/boolean.ts'
import { parseSize } from '../value-types/size.ts'
import type { ConditionFacts, PressureResource } from './facts.ts'
import { matchesGlob } from './glob.ts'
import { type ConditionKind, isPathKind } from './kinds.ts'
import { capabilityNumber, controllerNames } from './names.ts'
import { compareText, compareVersions, isInOrder, type Order, readOrder } from './order.ts'
import { parsePressureLimit } from './pressure.ts'

type Judge = (parameter: string, facts: ConditionFacts) => boolean | undefined

export const judge = (kind: ConditionKind, parameter: string, facts: ConditionFacts): boolean | undefined =>
  isPathKind(kind) ? facts.isPath(kind, parameter) : judges[kind](parameter, facts)

const judges: Readonly<Record<Exclude<ConditionKind, Parameters<ConditionFacts['isPath']>[0]>, Judge>> = {
  Architecture: (parameter, facts) => parameter === 'native' || parameter === facts.architecture,
  Firmware: (parameter, facts) => judgeFirmware(parameter, facts),
  Virtualization: (parameter, facts) => judgeVirtualization(parameter, facts),
  Host: (parameter, { machineId, hostname }) =>
    /^[0-9a-f]{8}(?:-?[0-9a-f]{4}){3}-?[0-9a-f]{12}$/i.test(parameter)
      ? parameter.replaceAll('-', '').toLowerCase() === machineId
      : matchesGlob(parameter, hostname, true),
  KernelCommandLine: (parameter, facts) =>
    (splitWords(facts.kernelCommandLine, lenientWords) ?? []).some(
      (word) => word === parameter || (!parameter.includes('=') && word.startsWith(`${parameter}=`)),
    ),
  KernelVersion: (parameter, facts) => judgeKernelVersion(parameter, facts),
  Credential: (parameter, facts) => facts.credentials.has(parameter),
  Environment: (parameter, { environment }) => {
    const [name = '', value] = splitOnce(parameter, '=')
    return value === undefined ? environment[name] !== undefined : environment[name] === value
  },
  Security: (parameter, facts) => facts.security.has(parameter),
  Capability: (parameter, facts) => {
    const number = capabilityNumber(parameter)
    return number === undefined ? undefined : facts.capabilities.has(number)
  },
  ACPower: (parameter, facts) => sameAs(parseBoolean(parameter), facts.isOnAcPower),
  FirstBoot: (parameter, facts) => sameAs(parseBoolean(parameter), facts.isFirstBoot),
  User: (parameter, facts) => {
    if (parameter === '@system') return facts.uids.some((uid) => uid <= lastSystemUid)
    const uid = isId(parameter) ? Number(parameter) : facts.uidOf(parameter)
    return uid !== undefined && facts.uids.includes(uid)
  },
  Group: (parameter, facts) => {
    const gid = isId(parameter) ? Number(parameter) : facts.gidOf(parameter)
    return gid !== undefined && facts.gids.includes(gid)
  },
  ControlGroupController: (parameter, { cgroups }) => {
    if (parameter === 'v1' || parameter === 'v2') return cgroups.isUnified === (parameter === 'v2')
    // Names that systemd does not know are left out of the question.
    const wanted = parameter.split(/[ \t\n\r]+/).filter((name) => controllerNames.has(name))
    return wanted.every((name) => cgroups.controllers.has(name))
  },
  CPUs: (parameter, facts) => judgeAmount(facts.cpuCount, parameter, parseWholeNumber),
  Memory: (parameter, facts) => judgeAmount(facts.memoryBytes, parameter, parseSize),
  CPUFeature: (parameter, facts) => facts.cpuFeatures.has(parameter.toLowerCase()),
  OSRelease: (parameter, facts) => judgeOsRelease(parameter, facts),
  MemoryPressure: (parameter, facts) => judgePressure('memory', parameter, facts),
  CPUPressure: (parameter, facts) => judgePressure('cpu', parameter, facts),
  IOPressure: (parameter, facts) => judgePressure('io', parameter, facts),
}

/** A number with a zero before it is a name. */
const isId = (text: string): boolean => /^(?:0|[1-9]\d*)$/.test(text)

/** Ids below ordinary users'. */
const lastSystemUid = 999

const lenientWords: WordRules = { quotes: true, escapes: false, allowOpenQuote: true }
const unquotedWords: WordRules = { quotes: true, escapes: false }

const judgeFirmware: Judge = (parameter, { firmware }) => {
  if (parameter === 'uefi') return firmware.isUefi
  if (parameter === 'device-tree') return firmware.hasDeviceTree
  const [, call, argument] = /^(device-tree-compatible|smbios-field)\((.*)$/s.exec(parameter) ?? []
  if (argument === undefined) return false
  if (!argument.endsWith(')')) return undefined
  const inner = argument.slice(0, -1)
  if (call === 'device-tree-compatible') return firmware.compatible.includes(inner)
  const comparison = readComparison(inner)
  const [wanted, ...more] = splitWords(comparison?.wanted ?? '', unquotedWords) ?? []
  if (comparison === undefined || wanted === undefined || more.length > 0) return undefined
  const actual = firmware.smbiosField(comparison.key.trimEnd())
  return actual !== undefined && compareText(actual, comparison.order, wanted)
}

/** `KEY>=text`. */
const readComparison = (text: string) => {
  const match = /^([^!<>=]+)(.+)$/s.exec(text)
  const ordered = readOrder(match?.[2] ?? '')
  return ordered === undefined ? undefined : { key: match![1]!, order: ordered.order, wanted: ordered.rest }
}

const judgeVirtualization: Judge = (parameter, { virtualization }) => {
  const wanted = parseBoolean(parameter)
  if (wanted !== undefined) return wanted === (virtualization.kind !== 'none')
  if (parameter === 'private-users') return virtualization.hasPrivateUsers
  if (parameter === 'vm' || parameter === 'container') return virtualization.kind === parameter
  return parameter === virtualization.id
}

/** All of a list of comparisons and patterns; in the first, blanks may stand behind the operator. */
const judgeKernelVersion: Judge = (parameter, { kernelRelease }) => {
  const [first = '', second = '', ...rest] = splitWords(parameter, unquotedWords) ?? []
  const isSplit = readOrder(first)?.rest === ''
  const terms = (isSplit ? [first + second, ...rest] : [first, second, ...rest]).map((term) => term.trim())
  if (terms[0] === '' || terms.some((term) => readOrder(term)?.rest === '')) return undefined
  return terms.every((term) => term === '' || isKernelVersion(term, kernelRelease))
}

const isKernelVersion = (term: string, release: string): boolean => {
  const ordered = readOrder(term)
  if (ordered === undefined) return matchesGlob(term, release)
  return isInOrder(compareVersions(release, ordered.rest.trimStart()), ordered.order)
}

/** All of a list of `KEY=value`, `KEY>=version`. */
const judgeOsRelease: Judge = (parameter, { osRelease }) => {
  const comparisons = splitWords(parameter, unquotedWords)?.map(readComparison)
  if (comparisons === undefined) return undefined
  if (comparisons.some((comparison) => comparison === undefined || /^\s/.test(comparison.wanted)))
    return undefined
  return comparisons.every((comparison) => {
    const { key, order, wanted } = comparison!
    const actual = osRelease[key]
    // What is not set is older than everything.
    return actual === undefined ? isInOrder(-1, order) : compareText(actual, order, wanted)
  })
}

/** `>= 2`; without an operator, at least that much. */
const judgeAmount = (
  actual: number,
  parameter: string,
  parse: (text: string) => number | undefined,
): boolean | undefined => {
  const { order, rest }: { order: Order; rest: string } = readOrder(parameter) ?? {
    order: '>=',
    rest: parameter,
  }
  const wanted = parse(rest.trimStart())
  return wanted === undefined ? undefined : isInOrder(actual - wanted, order)
}

/** As C reads it: `0x10` and `010` are no decimals. */
const parseWholeNumber = (text: string): number | undefined => {
  const match = /^\+?(?:(0x[0-9a-f]+)|0([0-7]+)|(0|[1-9]\d*))$/i.exec(text)
  if (match === null) return undefined
  const value = match[2] === undefined ? Number(match[1] ?? match[3]) : Number.parseInt(match[2], 8)
  return value < 2 ** 32 ? value : undefined
}

/** Where the kernel measures nothing there is no pressure to speak of. */
const judgePressure = (
  resource: PressureResource,
  parameter: string,
  facts: ConditionFacts,
): boolean | undefined => {
  if (facts.pressure(resource, undefined) === undefined) return true
  const limit = parsePressureLimit(parameter)
  if (limit === undefined) return undefined
  const actual = facts.pressure(resource, limit.slice || undefined)
  return actual === undefined || actual[limit.window] <= limit.percent
}

const sameAs = (wanted: boolean | undefined, actual: boolean): boolean | undefined =>
  wanted === undefined ? undefined : wanted === actual

const splitOnce = (text: string, separator: string): [string, string | undefined] => {
  const at = text.indexOf(separator)
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)]
}
