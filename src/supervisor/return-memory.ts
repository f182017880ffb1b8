/**
 * Gives back what a great many changes at once have taken: V8 and malloc keep it otherwise, for as long as nothing happens
 * any more, which may be months. After 500 starts that is a fifth of the daemon.
 */
import { createRequire } from 'node:module'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type koffiModule from 'koffi'
import type { CancelTimer, Clock } from '../base/clock.ts'
import type { Supervisor } from './supervisor-port.ts'

export interface MemoryPorts {
  readonly clock: Clock
  /** Tells each change of a unit. */
  readonly supervisor: Pick<Supervisor, 'subscribe'>
  readonly collect?: () => void
}

/** Fewer are not worth the 50 ms that a whole collection takes. */
const manyChanges = 200
const quietMs = 5000

/** Until it is called. */
export const returnMemory = ({ clock, supervisor, collect = collectGarbage }: MemoryPorts): (() => void) => {
  let changes = 0
  let lastAtMs = 0
  let cancel: CancelTimer | undefined
  const look = (): void => {
    cancel = undefined
    const quietAtMs = lastAtMs + quietMs
    if (clock.now() < quietAtMs) cancel = clock.at(quietAtMs, look)
    else {
      if (changes >= manyChanges) collect()
      changes = 0
    }
  }
  const unsubscribe = supervisor.subscribe(() => {
    changes += 1
    lastAtMs = clock.now()
    if (changes >= manyChanges) cancel ??= clock.at(lastAtMs + quietMs, look)
  })
  return () => {
    unsubscribe()
    cancel?.()
  }
}

/** Everything that nobody needs, with the pages that it lay on. */
export const collectGarbage = (): void => {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as (how: object) => void
  collect({ type: 'major', execution: 'sync', flavor: 'last-resort' })
  trimHeap()
}

/** Only glibc has it, and only it needs it. */
const trimHeap = (): void => {
  try {
    const koffi = createRequire(import.meta.url)('koffi') as typeof koffiModule
    koffi.load(null).func('int malloc_trim(size_t pad)')(0)
  } catch {
    // Another libc.
  }
}
