/**
 * Notices that somebody wrote a limit of a cgroup by hand, and writes back what was decided. By inotify on the folder of the
 * cgroup: it costs nothing while nobody writes.
 */
import { type FSWatcher, watch } from 'node:fs'
import { join } from 'node:path'
import { tryWrite } from './cgroup-root.ts'
import { readOrUndefined } from './proc.ts'

/** Tells which file said what instead. */
export type Tampered = (file: string, found: string) => void

export class LimitGuard {
  readonly #path: string
  readonly #decided = new Map<string, { readonly lines: readonly string[]; readonly shown: string }>()
  #tampered: Tampered | undefined
  #watcher: FSWatcher | undefined

  constructor(path: string) {
    this.#path = path
  }

  /** What was just written to a file. The kernel may show it otherwise: rounded to pages, with other keys. */
  expect(file: string, lines: readonly string[]): void {
    this.#decided.set(file, { lines, shown: this.#read(file) ?? '' })
    this.#arm()
  }

  watch(tampered: Tampered): void {
    this.#tampered = tampered
    this.#arm()
  }

  close(): void {
    this.#tampered = undefined
    this.#watcher?.close()
    this.#watcher = undefined
  }

  /** One watch where there is something to watch, and somebody to tell. */
  #arm(): void {
    if (this.#watcher !== undefined || this.#tampered === undefined || this.#decided.size === 0) return
    this.#watcher = watch(this.#path, { persistent: false }, (_, file) => {
      if (file !== null) this.#check(file)
    })
    this.#watcher.on('error', () => this.close())
  }

  #check(file: string): void {
    const decided = this.#decided.get(file)
    const found = this.#read(file)
    // Gone with its cgroup, or our own write.
    if (decided === undefined || found === undefined || found === decided.shown) return
    for (const line of decided.lines) tryWrite(join(this.#path, file), line)
    this.#tampered?.(file, found)
  }

  #read(file: string): string | undefined {
    return readOrUndefined(join(this.#path, file))?.trim()
  }
}
