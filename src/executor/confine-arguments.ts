/**
 * A launch that is confined → the arguments of `confine.pl`: instructions in the order in which they are carried out.
 * What needs privileges comes before they are given up, what could hinder a later step comes last. Pure.
 */
import { capabilityNumbers, otherCapabilities } from './capability-numbers.ts'
import type { Confinement, Namespace } from './confinement.ts'
import type { Identity, LaunchSpec, Sandbox } from './launch-spec.ts'
import type { Attributes, MountStep } from './mount-plan.ts'

export interface ConfineContext {
  readonly perl: string
  readonly helper: string
  /** Of the system calls that it makes, by name; those newer than 2019 have the same number everywhere. */
  readonly numbers: ReadonlyMap<string, number>
  /** Where the helper writes what went wrong: the `messages` of the process directory. */
  readonly messages: string
  /** Who the daemon is. */
  readonly uid: number
  readonly gid: number
  readonly mounts: readonly MountStep[]
  /** Filters of system calls, in the kernel's form, in the order in which they are loaded. */
  readonly filters: readonly Uint8Array[]
}

/** The link of the chain that confines, up to the program itself. */
export function confineLink(
  spec: LaunchSpec,
  confinement: Confinement,
  context: ConfineContext,
): readonly string[] {
  const { command, identity, sandbox } = spec
  const numbers = helperCalls.map((name) => `${name}=${context.numbers.get(name) ?? -1}`)
  const directory = ['directory', command.workingDirectory, flag(command.workingDirectoryOptional)]
  const instructions = [
    ...scheduling(confinement),
    ...joining(confinement),
    ...namespaces(confinement, context),
    ...mounting(confinement, context.mounts),
    'session',
    ...privileges(identity, sandbox, confinement, context.uid),
    // As the service's user: root may enter what that user may not.
    ...directory,
    ...context.filters.flatMap((filter) => ['filter', Buffer.from(filter).toString('hex')]),
  ]
  return [
    context.perl,
    context.helper,
    context.messages,
    numbers.join(','),
    ...instructions,
    '--',
    command.argv[0] ?? command.path,
  ]
}

/** Those that confine.pl makes by number. */
const helperCalls = (
  'mount umount2 pivot_root unshare setns prctl capget capset setgroups setresgid setresuid setsid keyctl ioprio_set ' +
  'sched_setscheduler sched_setaffinity seccomp'
).split(' ')

export const isConfineLink = (link: readonly string[]): boolean => link[1]?.endsWith('/confine.pl') ?? false

function scheduling(confinement: Confinement): readonly string[] {
  const { timerSlackNs, cpuScheduler, cpus, ioPriority } = confinement
  const words: string[] = []
  if (timerSlackNs !== undefined) words.push('timer-slack', String(timerSlackNs))
  if (cpuScheduler !== undefined) {
    const policy = cpuScheduler.policy + (cpuScheduler.resetOnFork ? resetOnFork : 0)
    words.push('scheduler', String(policy), String(cpuScheduler.priority))
  }
  if (cpus !== undefined) words.push('cpus', Buffer.from(cpuMask(cpus)).toString('hex'))
  if (ioPriority !== undefined) words.push('io-priority', String(ioPriority.class * 8192 + ioPriority.level))
  return words
}

/** SCHED_RESET_ON_FORK of sched(7). */
const resetOnFork = 0x40000000

/** A bit for each processor, in whole words of the kernel's. */
function cpuMask(cpus: readonly number[]): Uint8Array {
  const mask = new Uint8Array(8 * (Math.floor(Math.max(...cpus, 0) / 64) + 1))
  for (const cpu of cpus) mask[cpu >> 3] = (mask[cpu >> 3] ?? 0) | (1 << (cpu & 7))
  return mask
}

/** CLONE_NEW… of unshare(2). */
const namespaceFlags: Readonly<Record<Namespace | 'user', number>> = {
  mount: 0x20000,
  uts: 0x4000000,
  ipc: 0x8000000,
  user: 0x10000000,
  net: 0x40000000,
}

export const needsMountNamespace = ({ mounts, rootDirectory, namespaces: kinds, propagation }: Confinement) =>
  mounts.length > 0 || rootDirectory !== undefined || kinds.includes('mount') || propagation !== undefined

/** Whoever made a network may not have brought its loopback device up. */
const joining = ({ joins = [] }: Confinement): readonly string[] =>
  joins.flatMap(({ kind, path }) => [
    ...['join', kind === 'net' ? 'NETWORK' : 'NAMESPACE', path, String(namespaceFlags[kind])],
    ...(kind === 'net' ? ['loopback'] : []),
  ])

function namespaces(confinement: Confinement, { uid, gid }: ConfineContext): readonly string[] {
  const wanted = new Set<Namespace>(confinement.namespaces)
  if (needsMountNamespace(confinement)) wanted.add('mount')
  if (wanted.size === 0) return []
  // An ordinary user may only do so in a user namespace of their own, in which they stay who they are.
  const kinds = uid === 0 ? [...wanted] : [...wanted, 'user' as const]
  const flags = kinds.reduce((sum, kind) => sum + namespaceFlags[kind], 0)
  const words = ['unshare', String(flags)]
  if (uid !== 0) words.push('map-user', String(uid), String(gid))
  if (wanted.has('net')) words.push('loopback')
  if (wanted.has('mount')) words.push('propagate', String(propagation.slave))
  return words
}

/** With MS_REC of mount(2). */
const propagation = { shared: 0x104000, slave: 0x84000, private: 0x44000 }

function mounting(confinement: Confinement, steps: readonly MountStep[]): readonly string[] {
  const first = steps.filter((step) => step.kind === 'tree' && step.taken === 'first')
  let taken = first.length
  const place = (step: Extract<MountStep, { readonly kind: 'tree' }>): readonly string[] => {
    if (step.taken === 'first') return placeWords(step, first.indexOf(step))
    taken += 1
    return [...takeWords(step), ...placeWords(step, taken - 1)]
  }
  return [
    ...first.flatMap((step) => (step.kind === 'tree' ? takeWords(step) : [])),
    ...(confinement.rootDirectory === undefined ? [] : ['root', confinement.rootDirectory]),
    ...steps.flatMap((step) => (step.kind === 'tree' ? place(step) : stepWords(step))),
    ...(confinement.propagation === undefined
      ? []
      : ['propagate', String(propagation[confinement.propagation])]),
  ]
}

type Tree = Extract<MountStep, { readonly kind: 'tree' }>

const takeWords = (step: Tree): readonly string[] => [
  'take',
  step.directive,
  step.source,
  flag(step.isRecursive),
  flag(step.isOptional),
]

const placeWords = (step: Tree, index: number): readonly string[] => [
  'place',
  String(index),
  step.directive,
  step.target,
  String(attributeBits(step.attributes)),
  flag(step.isRecursive),
  step.makes ?? '',
  flag(step.isOptional),
]

function stepWords(step: Exclude<MountStep, Tree>): readonly string[] {
  switch (step.kind) {
    case 'make':
      return ['make', step.directive, step.target, step.isDirectory ? 'directory' : 'file']
    case 'symlink':
      return ['symlink', step.directive, step.target, step.source]
    case 'attributes': {
      const bits = String(attributeBits(step.attributes))
      return ['attributes', step.directive, step.target, bits, flag(step.isRecursive), flag(step.isOptional)]
    }
    case 'new': {
      const bits = String(attributeBits(step.attributes))
      return ['new', step.directive, step.type, step.target, step.options, bits, flag(step.isOptional)]
    }
  }
}

/** MOUNT_ATTR_… of mount_setattr(2), which are MS_… of mount(2) too. */
const attributeBits = (attributes: Attributes): number =>
  (attributes.isReadOnly ? 1 : 0) +
  (attributes.isNoSuid ? 2 : 0) +
  (attributes.isNoDev ? 4 : 0) +
  (attributes.isNoExec ? 8 : 0)

function privileges(
  identity: Identity,
  sandbox: Sandbox,
  { secureBits, keyring }: Confinement,
  daemonUid: number,
): readonly string[] {
  const ambient = capabilityNumbers(sandbox.ambientCapabilities ?? [])
  const changesUser = daemonUid === 0 && identity.uid !== undefined && identity.uid !== 0
  const keeps = changesUser && ambient.length > 0
  const words: string[] = []
  if (sandbox.capabilityBoundingSet !== undefined)
    words.push('bounding-without', otherCapabilities(sandbox.capabilityBoundingSet).join(','))
  if (keeps) words.push('keep-capabilities')
  if (secureBits !== undefined) words.push('secure-bits', String(secureBits | (keeps ? keepCapabilities : 0)))
  if (daemonUid === 0) words.push(...userWords(identity))
  if (keyring !== undefined) words.push('keyring', keyring)
  if (ambient.length > 0) words.push('capabilities', ambient.join(','), flag(changesUser))
  if (sandbox.noNewPrivileges) words.push('no-new-privileges')
  return words
}

/** SECBIT_KEEP_CAPS, which exec(2) clears. */
const keepCapabilities = 16

/** Never takes groups of the daemon's along to another user. */
function userWords({ uid, gid, supplementaryGids }: Identity): readonly string[] {
  const words: string[] = []
  if (uid !== undefined || gid !== undefined || supplementaryGids.length > 0)
    words.push('groups', supplementaryGids.join(','))
  if (gid !== undefined) words.push('group', String(gid))
  if (uid !== undefined) words.push('user', String(uid))
  return words
}

/** For perl: an empty word and `0` are false. */
const flag = (value: boolean): string => (value ? '1' : '')
