/**
 * Paths of a real host, watched by inotify(7) itself: node's watcher does not tell when a file that was written has been
 * closed, which is what PathChanged= means.
 */
import { existsSync, mkdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import type koffiModule from 'koffi'
import type { PathWatch } from '../../units/values.ts'
import { type LibC, loadLibC } from '../lib-c.ts'
import { ReadableWatch } from '../sockets/readable-watch.ts'
import { isAnyFound, markOf } from './path-found.ts'
import type { PathHost } from './path-host.ts'
import { IN_Q_OVERFLOW, movesPlan, type PlannedWatch, planWatches } from './watch-plan.ts'

/** Where the C library can't be called, every path unit fails with the reason. */
export const createPathHost = (): PathHost => {
  const shared = { isFound: isAnyFound, mark: markOf, makeDirectory }
  try {
    const libC = loadLibC(createRequire(import.meta.url)('koffi') as typeof koffiModule)
    let readable: ReadableWatch | undefined
    return {
      ...shared,
      watch: (paths, callback) => {
        readable ??= new ReadableWatch(libC)
        const watch = new InotifyWatch(paths, callback, { libC, readable })
        return () => watch.end()
      },
      close: () => readable?.close(),
    }
  } catch (error) {
    const watch = (): never => {
      throw new Error(`nothing can be watched here: ${(error as Error).message}`)
    }
    return { ...shared, watch, close: () => {} }
  }
}

const makeDirectory = (path: string, mode: number): void => void mkdirSync(path, { recursive: true, mode })

interface Kernel {
  readonly libC: LibC
  readonly readable: ReadableWatch
}

interface Event {
  readonly wd: number
  readonly mask: number
  readonly name: string
}

class InotifyWatch {
  readonly #paths: readonly PathWatch[]
  readonly #callback: (hasChanged: boolean) => void
  readonly #kernel: Kernel
  readonly #buffer = Buffer.alloc(64 * 1024)
  /** By the number that the kernel gave; one directory may stand for several paths. */
  #planned = new Map<number, PlannedWatch[]>()
  #fd = -1
  #unwatch: () => void = () => {}

  constructor(paths: readonly PathWatch[], callback: (hasChanged: boolean) => void, kernel: Kernel) {
    this.#paths = paths
    this.#callback = callback
    this.#kernel = kernel
    this.#arm()
  }

  end(): void {
    this.#unwatch()
    if (this.#fd >= 0) this.#kernel.libC.close(this.#fd)
    this.#fd = -1
  }

  /** Watches first and looks afterwards: what comes in between is seen by one or the other. */
  #arm(): void {
    const { libC, readable } = this.#kernel
    this.end()
    this.#fd = libC.inotify_init1(IN_NONBLOCK | IN_CLOEXEC)
    if (this.#fd < 0) throw new Error(`inotify: errno ${libC.errno()}`)
    this.#planned = new Map()
    for (const planned of this.#paths.flatMap((path) => planWatches(path, existsSync))) {
      const wd = libC.inotify_add_watch(this.#fd, planned.path, planned.mask | IN_MASK_ADD)
      if (wd >= 0) this.#planned.set(wd, [...(this.#planned.get(wd) ?? []), planned])
    }
    this.#unwatch = readable.add([this.#fd], () => this.#hear())
  }

  #hear(): void {
    const events = this.#read()
    const heard = events.flatMap((event) => this.#meaning(event))
    const mustPlan =
      events.some(({ mask }) => movesPlan(mask)) || heard.some(({ name }) => name !== undefined)
    if (mustPlan) this.#arm()
    else this.#unwatch = this.#kernel.readable.add([this.#fd], () => this.#hear())
    const hasOverflowed = events.some(({ mask }) => (mask & IN_Q_OVERFLOW) !== 0)
    if (heard.length > 0 || mustPlan) this.#callback(hasOverflowed || heard.some(({ isChange }) => isChange))
  }

  #meaning({ wd, mask, name }: Event): readonly PlannedWatch[] {
    const planned = this.#planned.get(wd) ?? []
    return planned.filter(
      (watch) => (watch.mask & mask) !== 0 && (watch.name === undefined || watch.name === name),
    )
  }

  #read(): readonly Event[] {
    const events: Event[] = []
    for (;;) {
      const length = this.#kernel.libC.read(this.#fd, this.#buffer, this.#buffer.length)
      if (length <= 0) return events
      events.push(...parseEvents(this.#buffer.subarray(0, length)))
    }
  }
}

/** struct inotify_event { int wd; uint32 mask, cookie, len; char name[len]; } after one another. */
const parseEvents = (bytes: Buffer): readonly Event[] => {
  const events: Event[] = []
  for (let at = 0; at + 16 <= bytes.length; ) {
    const length = bytes.readUInt32LE(at + 12)
    const name = bytes.toString('utf8', at + 16, at + 16 + length).replace(/\0+$/, '')
    events.push({ wd: bytes.readInt32LE(at), mask: bytes.readUInt32LE(at + 4), name })
    at += 16 + length
  }
  return events
}

const IN_MASK_ADD = 0x20000000
const IN_NONBLOCK = 0o4000
const IN_CLOEXEC = 0o2000000
