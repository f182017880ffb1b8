/** One unit's cgroup: the only place where cgroupfs is written for a unit. */
import {
  chownSync,
  existsSync,
  type FSWatcher,
  mkdirSync,
  readdirSync,
  rmdirSync,
  statSync,
  watch,
} from 'node:fs'
import { join, relative } from 'node:path'
import { GitprocError } from '../base/error.ts'
import { type CgroupRoot, enableControllers, keyedValue, tryWrite, wordsIn } from './cgroup-root.ts'
import { deviceNumber } from './device-number.ts'
import { HandedDown } from './handed-down.ts'
import type { CgroupSpec } from './launch-spec.ts'
import { LimitGuard } from './limit-guard.ts'

export interface CgroupEvents {
  /** The last process of it ended. */
  emptied(): void
  oomKilled(): void
  /** Somebody wrote a limit by hand; it is put back. */
  limitChanged(file: string, found: string): void
}

export class Cgroup {
  readonly path: string
  readonly #root: CgroupRoot
  readonly #handedDown: HandedDown
  readonly #watchers: FSWatcher[] = []
  readonly #guard: LimitGuard
  #oomKills = 0
  #reported = 0
  #events: CgroupEvents | undefined
  /** All that was ever to be written to it. */
  #settings: CgroupSpec['settings'] = {}

  constructor(root: CgroupRoot, relativePath: string, handedDown = new HandedDown(root)) {
    this.path = join(root.path, relativePath)
    if (relative(root.path, this.path).startsWith('..') || this.path === root.path) {
      throw new GitprocError(
        'executor/cgroup',
        `the cgroup ${JSON.stringify(relativePath)} is not below ${root.path}`,
      )
    }
    this.#root = root
    this.#handedDown = handedDown
    this.#guard = new LimitGuard(this.path)
  }

  /** `memory`, `io`, …: what is counted and enforced in it. */
  get controllers(): readonly string[] {
    return this.#root.controllers
  }

  /** Makes it if missing, with the controllers that the host has. Throws `executor/cgroup`. */
  make(): void {
    if (existsSync(this.path)) return
    // A watch on one that was removed by hand would be deaf.
    this.unwatch()
    try {
      let parent = this.#root.path
      if (!existsSync(parent)) mkdirSync(parent)
      for (const name of relative(parent, this.path).split('/')) {
        if (this.#root.controllers.length > 0) enableControllers(parent, this.#handedDown.at(parent))
        parent = join(parent, name)
        if (!existsSync(parent)) mkdirSync(parent)
      }
    } catch (cause) {
      throw new GitprocError(
        'executor/cgroup',
        `the cgroup ${this.path} could not be made: ${reason(cause)}`,
        { cause, retry: 'later' },
      )
    }
  }

  /** Writes settings; gives the files that the kernel did not take, or that are not there for want of a controller. */
  apply(settings: CgroupSpec['settings']): readonly string[] {
    this.#settings = { ...this.#settings, ...settings }
    return Object.entries(settings).flatMap(([file, text]) => {
      const lines = text.split('\n').map(withDeviceNumber)
      const isTaken = lines.every((line) => line !== undefined && tryWrite(join(this.path, file), line))
      if (isTaken) this.#guard.expect(file, lines as readonly string[])
      return isTaken ? [] : [file]
    })
  }

  /** After controllers were taken away or given back above it: the kernel has made their files anew, and knows no limit. */
  renew(): void {
    const events = this.#events
    this.unwatch()
    if (!existsSync(this.path)) return
    this.apply(this.#settings)
    if (events !== undefined) this.watch(events)
  }

  /** Lets a user make cgroups below this one, and move processes between them (cgroups(7), delegation). */
  delegate({ uid, gid }: NonNullable<CgroupSpec['delegate']>): void {
    for (const file of ['', 'cgroup.procs', 'cgroup.threads', 'cgroup.subtree_control'])
      chownSync(join(this.path, file), uid, gid)
  }

  /** `knownOomKills`: how many there had been before; more than these are news. */
  watch(events: CgroupEvents, knownOomKills = this.oomKills): void {
    this.#guard.watch((file, found) => events.limitChanged(file, found))
    if (this.#watchers.length > 0) return
    this.#events = events
    this.#oomKills = knownOomKills
    this.#reported = knownOomKills
    // Fires within 0.5 ms of the last process' end; costs one inotify watch.
    this.#watchFile('cgroup.events', () => {
      if (!this.isPopulated()) events.emptied()
    })
    if (this.controllers.includes('memory')) this.#watchFile('memory.events', () => this.tellOomKills())
  }

  /** Also of what happened before anybody watched. */
  tellOomKills(): void {
    const before = this.#reported
    this.#reported = this.oomKills
    if (this.#reported > before) this.#events?.oomKilled()
  }

  unwatch(): void {
    this.#guard.close()
    for (const watcher of this.#watchers.splice(0)) watcher.close()
  }

  isPopulated(): boolean {
    return keyedValue(join(this.path, 'cgroup.events'), 'populated') === 1
  }

  /** Whether the OOM killer struck since this was last asked. */
  takeOomKill(): boolean {
    const before = this.#oomKills
    this.#oomKills = this.oomKills
    return this.#oomKills > before
  }

  /** Every pid in it and in what the service itself made below it. */
  pids(): readonly number[] {
    return [this.path, ...this.#below()].flatMap((path) => wordsIn(join(path, 'cgroup.procs')).map(Number))
  }

  /** Kills all at once, forks included (Linux 5.14). False: the kernel can't. */
  kill(): boolean {
    return tryWrite(join(this.path, 'cgroup.kill'), '1')
  }

  /** Holds all in it where they are, or lets them go on. False: the kernel can't. */
  freeze(isFrozen: boolean): boolean {
    return tryWrite(join(this.path, 'cgroup.freeze'), isFrozen ? '1' : '0')
  }

  /** Removes it, what is below it, and its slice if that is empty now. Not empty: stays. */
  remove(isKept: (path: string) => boolean = () => false): void {
    this.unwatch()
    const slices = relative(this.#root.path, this.path).split('/')
    const above = slices
      .slice(1)
      .map((_, index) => join(this.#root.path, ...slices.slice(0, slices.length - 1 - index)))
    for (const path of [...this.#below().toReversed(), this.path, ...above]) {
      if (isKept(path) || (above.includes(path) && hasFolders(path))) return
      try {
        rmdirSync(path)
      } catch {
        return
      }
    }
  }

  #watchFile(name: string, changed: () => void): void {
    const file = join(this.path, name)
    if (!existsSync(file)) return
    const watcher = watch(file, { persistent: false }, changed)
    watcher.on('error', () => watcher.close())
    this.#watchers.push(watcher)
  }

  /** How often the OOM killer has struck in it, ever. */
  get oomKills(): number {
    if (!this.controllers.includes('memory')) return 0
    return keyedValue(join(this.path, 'memory.events'), 'oom_kill') ?? 0
  }

  #below(): readonly string[] {
    return childFolders(this.path)
  }
}

/** Undefined: the line is about a device that is not there. */
function withDeviceNumber(line: string): string | undefined {
  if (!line.startsWith('/')) return line
  const end = line.lastIndexOf(' ', line.indexOf('=') < 0 ? line.length : line.indexOf('='))
  const number = deviceNumber(line.slice(0, end))
  return number === undefined ? undefined : `${number}${line.slice(end)}`
}

/** Parents before children. */
const childFolders = (path: string): readonly string[] =>
  foldersIn(path).flatMap((child) => [child, ...childFolders(child)])

const foldersIn = (path: string): readonly string[] => {
  try {
    if (!hasFolders(path)) return []
    const entries = readdirSync(path, { withFileTypes: true })
    return entries.filter((entry) => entry.isDirectory()).map((entry) => join(path, entry.name))
  } catch {
    return []
  }
}

/** Its links are those of its folders, `.` and the one above: this is asked at each stop, and a refusal costs ten times as much. */
const hasFolders = (path: string): boolean => (statSync(path, { throwIfNoEntry: false })?.nlink ?? 0) > 2

const reason = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause))
