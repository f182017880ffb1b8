/** What a service may not ask of the kernel → filters, one for each directive, the strictest answer of all counting. Pure. */
import type { SystemCallRules } from '../confinement.ts'
import { type CallNumbers, firstUnknown } from './call-numbers.ts'
import type { Answer, CallRule, FilterProgram, Test } from './program.ts'

const allow: Answer = { kind: 'allow' }
const kill: Answer = { kind: 'kill' }
const error = (errno: number): Answer => ({ kind: 'error', errno })
const EPERM = 1
const ENOSYS = 38
const EAFNOSUPPORT = 97

/** In the order in which they are loaded; a list of calls is last, for it may forbid to load another. */
export function filtersOf(rules: SystemCallRules, numbers: CallNumbers): readonly FilterProgram[] {
  const denials = [
    families(rules),
    namespaces(rules.deniedNamespaces),
    rules.deniesWriteExecute ? writeExecute : [],
    rules.deniesRealtime ? realtime : [],
    rules.deniesSetuidFiles ? setuidFiles : [],
    rules.locksPersonality ? personality : [],
    ...rules.deniedCalls.map((names) => names.map((name) => never(name))),
  ].filter((denied) => denied.length > 0)
  return [
    ...denials.map((denied) => denying(denied, numbers)),
    ...(rules.isNativeOnly ? [nativeOnly(numbers)] : []),
    ...(rules.filter === undefined ? [] : [listed(rules.filter, rules.denial, numbers)]),
  ]
}

/** A rule by the name of its call. */
interface Denial {
  readonly call: string
  readonly tests: readonly Test[]
  readonly answer: Answer
}

const denial = (call: string, ...tests: readonly Test[]): Denial => ({ call, tests, answer: error(EPERM) })
const never = (call: string, errno = EPERM): Denial => ({ call, tests: [], answer: error(errno) })

const denying = (denials: readonly Denial[], numbers: CallNumbers): FilterProgram => ({
  ...surroundings(numbers),
  rules: numbered(denials, numbers),
  otherwise: allow,
  newer: { from: firstUnknown(numbers), answer: allow },
})

/** The rules know no numbers of other architectures: their programs are told that there are no such calls. */
const surroundings = (numbers: CallNumbers) => ({
  newer: { from: firstUnknown(numbers), answer: error(ENOSYS) },
  foreign: error(ENOSYS),
})

const numbered = (denials: readonly Denial[], numbers: CallNumbers): readonly CallRule[] =>
  denials.flatMap(({ call, tests, answer }) => {
    const number = numbers.get(call)
    return number === undefined ? [] : [{ number, tests, answer }]
  })

const nativeOnly = (numbers: CallNumbers): FilterProgram => ({ ...denying([], numbers), foreign: kill })

function listed(
  { isAllowList, names }: NonNullable<SystemCallRules['filter']>,
  denied: SystemCallRules['denial'],
  numbers: CallNumbers,
): FilterProgram {
  const standard = denied === 'kill' ? kill : error(denied)
  const rules = names.map((entry): Denial => {
    const [call = '', answer] = entry.split(':')
    if (answer === 'kill') return { call, tests: [], answer: kill }
    if (isAllowList) return { call, tests: [], answer: allow }
    return { call, tests: [], answer: answer === undefined ? standard : error(Number(answer)) }
  })
  const { newer, foreign } = surroundings(numbers)
  return {
    rules: numbered(rules, numbers),
    otherwise: isAllowList ? standard : allow,
    newer: isAllowList ? newer : { ...newer, answer: allow },
    foreign,
  }
}

function families({ addressFamilies }: SystemCallRules): readonly Denial[] {
  if (addressFamilies === undefined) return []
  const { isAllowList, numbers } = addressFamilies
  const named = numbers.map(
    (value): Denial => ({
      call: 'socket',
      tests: [{ argument: 0, kind: 'equals', value }],
      answer: isAllowList ? allow : error(EAFNOSUPPORT),
    }),
  )
  if (!isAllowList) return named
  return [
    ...named,
    { call: 'socket', tests: numbers.length === 0 ? [] : always, answer: error(EAFNOSUPPORT) },
  ]
}

/** Holds of any argument: a rule that ends a list of rules with tests. */
const always: readonly Test[] = [{ argument: 0, kind: 'has-all', mask: 0 }]

/** clone3(2) has its flags in memory, where no filter can look: without it libraries go back to clone(2). */
function namespaces(flags: number): readonly Denial[] {
  if (flags === 0) return []
  return [
    never('clone3', ENOSYS),
    denial('clone', { argument: 0, kind: 'has-any', mask: flags }),
    denial('unshare', { argument: 0, kind: 'has-any', mask: flags }),
    denial('setns', { argument: 1, kind: 'has-any', mask: flags }),
    // Any kind of namespace at all.
    denial('setns', { argument: 1, kind: 'equals', value: 0 }),
  ]
}

const protWrite = 2
const protExec = 4
const shmExec = 0o100000

const writeExecute: readonly Denial[] = [
  denial('mmap', { argument: 2, kind: 'has-all', mask: protWrite + protExec }),
  denial('mprotect', { argument: 2, kind: 'has-all', mask: protExec }),
  denial('pkey_mprotect', { argument: 2, kind: 'has-all', mask: protExec }),
  denial('shmat', { argument: 2, kind: 'has-all', mask: shmExec }),
]

/** SCHED_OTHER, SCHED_BATCH, SCHED_IDLE are left; sched_setattr(2) has its policy in memory. */
const realtime: readonly Denial[] = [
  ...[0, 3, 5].map(
    (value): Denial => ({
      call: 'sched_setscheduler',
      tests: [{ argument: 1, kind: 'equals', value }],
      answer: allow,
    }),
  ),
  denial('sched_setscheduler', ...always),
  never('sched_setattr'),
]

const setuidOrSetgid = 0o6000
const openCreate = 0o100
/** O_TMPFILE without O_DIRECTORY. */
const openTemporary = 0o20000000

/** Argument of the mode, in each call that makes files or changes their modes. */
const modes = { chmod: 1, fchmod: 1, fchmodat: 2, mkdir: 1, mkdirat: 2, mknod: 1, mknodat: 2, creat: 1 }

const setuidFiles: readonly Denial[] = [
  ...Object.entries(modes).map(([call, argument]) =>
    denial(call, { argument, kind: 'has-any', mask: setuidOrSetgid }),
  ),
  ...[
    { call: 'open', flags: 1, mode: 2 },
    { call: 'openat', flags: 2, mode: 3 },
  ].map(({ call, flags, mode }) =>
    denial(
      call,
      { argument: flags, kind: 'has-any', mask: openCreate + openTemporary },
      { argument: mode, kind: 'has-any', mask: setuidOrSetgid },
    ),
  ),
  // Its mode is in memory, too.
  never('openat2', ENOSYS),
  never('fchmodat2', ENOSYS),
]

/** Only to ask for it, or for the one that it has. */
const personality: readonly Denial[] = [
  ...[0, 0xffffffff].map(
    (value): Denial => ({
      call: 'personality',
      tests: [{ argument: 0, kind: 'equals', value }],
      answer: allow,
    }),
  ),
  denial('personality', ...always),
]
