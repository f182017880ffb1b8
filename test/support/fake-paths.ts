/** A file system of which only this is known: whether something is there, and that something changed. */
import type { PathHost } from '../../src/supervisor/paths/path-host.ts'

export class FakePaths implements PathHost {
  isThere = false
  /** As changed by somebody while nobody watched. */
  version = 0
  readonly #watchers = new Set<(hasChanged: boolean) => void>()

  isFound(): boolean {
    return this.isThere
  }

  mark(): string {
    return String(this.version)
  }

  watch(_paths: unknown, callback: (hasChanged: boolean) => void): () => void {
    this.#watchers.add(callback)
    return () => this.#watchers.delete(callback)
  }

  makeDirectory(): void {}

  close(): void {
    this.#watchers.clear()
  }

  change(hasChanged = true): void {
    this.version += 1
    for (const watcher of [...this.#watchers]) watcher(hasChanged)
  }
}
