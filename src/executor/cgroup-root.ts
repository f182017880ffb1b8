/** Finds the part of the cgroup v2 tree that is ours to write: at the root, delegated by systemd, or in a container. */
import { accessSync, constants, existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readOrUndefined } from './proc.ts'

export interface CgroupRoot {
  /** Absolute path of the directory below which the slices lie. */
  readonly path: string
  /** `cpu`, `memory`, …: what can be enforced below it. */
  readonly controllers: readonly string[]
}

export interface CgroupSituation {
  /** Where cgroup v2 is mounted. */
  readonly mount: string
  /** The daemon's own cgroup, relative to the mount: `/` at the root and in most containers. */
  readonly own: string
  readonly isRoot: boolean
}

/** What /proc says; undefined where no cgroup v2 is mounted. */
export function readSituation(isRoot: boolean): CgroupSituation | undefined {
  const mount = parseMount(readOrUndefined('/proc/self/mountinfo') ?? '')
  const own = /^0::(.*)$/m.exec(readOrUndefined('/proc/self/cgroup') ?? '')?.[1]
  return mount === undefined || own === undefined ? undefined : { mount, own, isRoot }
}

/** The mount point of the first cgroup2 in mountinfo(5), or undefined. */
export function parseMount(mountinfo: string): string | undefined {
  for (const line of mountinfo.split('\n')) {
    const [before, after] = line.split(' - ')
    if (after?.startsWith('cgroup2 '))
      return before
        ?.split(' ')[4]
        ?.replace(/\\(\d{3})/g, (_, octal) => String.fromCharCode(Number.parseInt(octal, 8)))
  }
  return undefined
}

/**
 * Where we may build. A service of systemd with `Delegate=` owns its own cgroup; root elsewhere makes a directory of its
 * own at the top, called `name`, as a second manager beside systemd may; an ordinary user has only what was delegated.
 */
export function candidate({ mount, own, isRoot }: CgroupSituation, name: string): string {
  const isService = own.endsWith('.service')
  return isRoot && !isService ? join(mount, name) : join(mount, own)
}

/** Undefined: no cgroup v2, or none that may be written. */
export function detectCgroupRoot(isRoot: boolean, name: string): CgroupRoot | undefined {
  const situation = readSituation(isRoot)
  return situation === undefined ? undefined : openCgroupRoot(candidate(situation, name))
}

/** Makes the directory if need be, and hands the controllers that are there down to it. */
export function openCgroupRoot(path: string): CgroupRoot | undefined {
  let isNew = false
  try {
    isNew = mkdirSync(path, { recursive: true }) !== undefined
    accessSync(join(path, 'cgroup.procs'), constants.W_OK)
    const probe = join(path, '.probe')
    mkdirSync(probe)
    rmdirSync(probe)
  } catch {
    return undefined
  }
  // What lies above is ours to change only where we made the directory ourselves; a delegated one came with all it has.
  const parent = join(path, '..')
  if (isNew && existsSync(join(parent, 'cgroup.subtree_control')))
    enableControllers(parent, enforceable(parent))
  const controllers = enableControllers(path, enforceable(path))
  return { path, controllers }
}

/** The controllers that directives speak of, as far as they are there. */
const enforceable = (path: string): readonly string[] =>
  wordsIn(join(path, 'cgroup.controllers')).filter((name) =>
    ['cpu', 'memory', 'pids', 'io', 'cpuset'].includes(name),
  )

/**
 * Turns controllers on for the children of a cgroup, and tells which are on. A cgroup that holds processes refuses some
 * ("no internal processes"), and takes others (cpu, pids) by becoming threaded, which its children can't live with: so
 * what is in it moves to a leaf first, in a delegated subtree only ourselves.
 */
export function enableControllers(path: string, wanted: readonly string[]): readonly string[] {
  const file = join(path, 'cgroup.subtree_control')
  const missing = wanted.filter((name) => !wordsIn(file).includes(name))
  if (missing.length > 0) moveToLeaf(path)
  for (const name of missing) tryWrite(file, `+${name}`)
  return wordsIn(file)
}

function moveToLeaf(path: string): void {
  const pids = wordsIn(join(path, 'cgroup.procs'))
  // At the root of the hierarchy there is no such rule, and nothing of ours to move.
  if (pids.length === 0 || !existsSync(join(path, 'cgroup.type'))) return
  const leaf = join(path, 'daemon')
  mkdirSync(leaf, { recursive: true })
  for (const pid of pids) tryWrite(join(leaf, 'cgroup.procs'), pid)
}

export const wordsIn = (file: string): readonly string[] =>
  (readOrUndefined(file) ?? '').split(/\s+/).filter((word) => word !== '')

/** Whether the kernel took it. */
export function tryWrite(file: string, text: string): boolean {
  try {
    writeFileSync(file, text, { flag: 'r+' })
    return true
  } catch {
    return false
  }
}

/** The value of one key in a flat keyed file (`populated 0`), or undefined. */
export const keyedValue = (file: string, key: string): number | undefined => {
  const found = new RegExp(`^${key} (\\d+)$`, 'm').exec(tryRead(file))
  return found === null ? undefined : Number(found[1])
}

const tryRead = (file: string): string => {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
