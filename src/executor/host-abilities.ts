/** What this host lets us do, found out once at start, and the sentences that say what it does not. */
import { execFile } from 'node:child_process'
import { basename } from 'node:path'
import { type CgroupRoot, detectCgroupRoot, openCgroupRoot } from './cgroup-root.ts'
import { canFilter, canMount, findHelper, type Helper } from './confiner.ts'
import type { Abilities } from './executor.ts'
import type { HostTools } from './host-tools.ts'
import { type LimitCeilings, readLimitCeilings, readLowestOomScore } from './limit-ceilings.ts'
import { leaseRoot, type RootLease } from './root-lease.ts'

export interface Host {
  readonly abilities: Abilities
  readonly cgroupRoot: CgroupRoot | undefined
  readonly limitCeilings: LimitCeilings
  readonly limitations: readonly string[]
  readonly helper: Helper | undefined
  /** Of a root of our own at the top of the tree. */
  readonly lease: RootLease | undefined
}

/** `cgroupRoot`: where to build; a name: find out where, and call it that; `false`: use none. */
export async function examineHost(
  tools: HostTools,
  myself: { readonly uid: number; readonly gid: number },
  cgroupRoot: string | false | { readonly name: string },
): Promise<Host> {
  const { uid } = myself
  const root = findRoot(uid === 0, cgroupRoot)
  const helper = findHelper(tools)
  const isOwnRoot = typeof cgroupRoot === 'object' && basename(root?.path ?? '') === cgroupRoot.name
  const [lease, privatePids, mounts, systemCallFilters] = await Promise.all([
    root !== undefined && isOwnRoot ? leaseRoot(root.path) : undefined,
    uid === 0 && canUnshare(tools),
    canMount(helper, myself),
    canFilter(helper, myself),
  ])
  const lowestOomScore = readLowestOomScore()
  const abilities = {
    ...(lowestOomScore === undefined ? {} : { lowestOomScore }),
    privatePids,
    mounts,
    systemCallFilters,
    confinement: helper !== undefined,
    users: uid === 0 && tools.setpriv !== undefined,
    cgroups: root !== undefined,
    controllers: root?.controllers ?? [],
  }
  const limitCeilings = readLimitCeilings()
  const limitations = [...limitationsOf(abilities, uid, root), ...loweredLimits(limitCeilings)]
  return { abilities, cgroupRoot: root, limitCeilings, limitations, helper, lease }
}

const findRoot = (
  isRoot: boolean,
  wanted: string | false | { readonly name: string },
): CgroupRoot | undefined => {
  if (wanted === false) return undefined
  return typeof wanted === 'string' ? openCgroupRoot(wanted) : detectCgroupRoot(isRoot, wanted.name)
}

const loweredLimits = (ceilings: LimitCeilings): readonly string[] => {
  const names = Object.keys(ceilings).map((name) => `Limit${name}=`)
  if (names.length === 0) return []
  return [
    `hard limits cannot be raised here (no CAP_SYS_RESOURCE), higher ones are lowered: ${names.join(', ')}`,
  ]
}

/** Containers often forbid it; only trying tells. */
const canUnshare = ({ unshare }: HostTools): Promise<boolean> =>
  new Promise((resolve) => {
    if (unshare === undefined) return resolve(false)
    const words = ['--pid', '--fork', '--mount-proc', '/bin/true']
    // unshare lets no SIGTERM through to itself while it waits.
    const options = { timeout: 10_000, killSignal: 'SIGKILL' } as const
    execFile(unshare, words, options, (error) => resolve(error === null))
  })

/** Which directives want which controller. */
const wants: Readonly<Record<string, string>> = {
  memory: 'MemoryMax= and its kin',
  cpu: 'CPUQuota= and CPUWeight=',
  pids: 'TasksMax=',
  io: 'IOWeight= and its kin',
}

function limitationsOf(abilities: Abilities, uid: number, root: CgroupRoot | undefined): readonly string[] {
  const missing = Object.keys(wants).filter((name) => !abilities.controllers.includes(name))
  const directives = missing.map((name) => wants[name]).join(', ')
  const sentences: string[] = []
  if (root === undefined) {
    sentences.push(
      `no cgroup v2 can be written here: ${directives} are not enforced, and processes are tracked by session and environment`,
    )
  } else if (missing.length > 0) {
    sentences.push(
      `cgroup v2 at ${root.path} has no controller ${missing.join(', ')}: ${directives} are not enforced`,
    )
  }
  if (!abilities.users) {
    sentences.push(
      uid === 0
        ? 'setpriv is not installed: User= and Group= are refused'
        : 'gitproc does not run as root: User= and Group= of others are refused',
    )
  }
  if (!abilities.privatePids) sentences.push('PID namespaces cannot be made here: PrivatePIDs=yes is refused')
  if (!abilities.confinement) {
    sentences.push(
      'there is no perl here, or the architecture is unknown to gitproc: sandboxing of systemd.exec(5) is not enforced',
    )
  } else if (!abilities.mounts) {
    sentences.push(
      'namespaces for mounts cannot be made here: ProtectSystem=, PrivateTmp=, ReadOnlyPaths= and their kin are not enforced',
    )
  }
  if (abilities.confinement && !abilities.systemCallFilters)
    sentences.push(
      'the kernel takes no filters of system calls here: SystemCallFilter= and its kin are not enforced',
    )
  return sentences
}
