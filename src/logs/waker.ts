/** Waits until something changes in any of a set of directories. */
import { existsSync, type FSWatcher, watch } from 'node:fs'

export class Waker {
  private readonly signal: AbortSignal | undefined
  private readonly watchers = new Map<string, FSWatcher>()
  private isDue = true
  private resume: (() => void) | undefined
  private readonly wake = (): void => {
    this.isDue = true
    this.resume?.()
  }

  constructor(signal: AbortSignal | undefined) {
    this.signal = signal
    signal?.addEventListener('abort', this.wake)
  }

  get isAborted(): boolean {
    return this.signal?.aborted === true
  }

  /** Again is harmless. A directory that is not there yet is for the caller to name again once its parent has changed. */
  watchDirectory(path: string): void {
    if (this.watchers.has(path)) return
    try {
      const watcher = watch(path, (kind) => {
        // The directory itself was removed: a new one of its name has to be watched anew.
        if (kind === 'rename') this.forgetIfGone(path)
        this.wake()
      })
      watcher.on('error', () => this.forget(path))
      this.watchers.set(path, watcher)
      this.isDue = true
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    }
  }

  /** Returns at once if something has changed since it returned last. */
  async wait(): Promise<void> {
    if (!this.isDue && !this.isAborted) {
      await new Promise<void>((resolve) => {
        this.resume = resolve
      })
      this.resume = undefined
    }
    this.isDue = false
  }

  close(): void {
    this.signal?.removeEventListener('abort', this.wake)
    for (const path of [...this.watchers.keys()]) this.forget(path)
  }

  private forgetIfGone(path: string): void {
    if (!existsSync(path)) this.forget(path)
  }

  private forget(path: string): void {
    this.watchers.get(path)?.close()
    this.watchers.delete(path)
  }
}
