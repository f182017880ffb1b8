/**
 * Alarms by the clock on the wall: node's timers only count, so that a clock that is set or a host that sleeps makes them
 * late or early. One timer of the kernel (timer_settime(2), absolute) stands for the earliest alarm of all, and SIGALRM
 * comes when the clock shows its time, however it got there. Without the C library each is looked at once a minute.
 */
import { createRequire } from 'node:module'
import type koffiModule from 'koffi'
import type { CancelTimer, Clock } from '../base/clock.ts'

export interface WallAlarm {
  /** Runs `callback` once, when the clock shows `atMs` or later. It may be early where a clock is set at that very moment. */
  at(atMs: number, callback: () => void): CancelTimer
  close(): void
}

export const createWallAlarm = (clock: Clock): WallAlarm => {
  try {
    return new KernelAlarm(clock, makeKernelTimer())
  } catch {
    return steppingAlarm(clock)
  }
}

interface Alarm {
  readonly atMs: number
  readonly callback: () => void
}

class KernelAlarm implements WallAlarm {
  readonly #clock: Clock
  readonly #timer: KernelTimer
  readonly #alarms = new Set<Alarm>()

  constructor(clock: Clock, timer: KernelTimer) {
    this.#clock = clock
    this.#timer = timer
    process.on('SIGALRM', this.#ring)
  }

  at(atMs: number, callback: () => void): CancelTimer {
    const alarm = { atMs, callback }
    this.#alarms.add(alarm)
    this.#arm()
    return () => {
      if (this.#alarms.delete(alarm)) this.#arm()
    }
  }

  close(): void {
    this.#alarms.clear()
    this.#timer.remove()
    process.off('SIGALRM', this.#ring)
    // A signal on its way would end the process otherwise.
    if (!process.listeners('SIGALRM').includes(ignoreLateSignal)) process.on('SIGALRM', ignoreLateSignal)
  }

  readonly #ring = (): void => {
    const now = this.#clock.now()
    const due = [...this.#alarms].filter(({ atMs }) => atMs <= now)
    for (const alarm of due) this.#alarms.delete(alarm)
    this.#arm()
    for (const { callback } of due) callback()
  }

  #arm(): void {
    this.#timer.set(Math.min(...[...this.#alarms].map(({ atMs }) => atMs)))
  }
}

const ignoreLateSignal = (): void => {}

interface KernelTimer {
  /** Epoch ms; Infinity: none. */
  set(atMs: number): void
  remove(): void
}

const CLOCK_REALTIME = 0
const TIMER_ABSTIME = 1

function makeKernelTimer(): KernelTimer {
  const koffi = createRequire(import.meta.url)('koffi') as typeof koffiModule
  if (koffi.sizeof('void *') !== 8) throw new Error('struct itimerspec is known for 64 bits only')
  const library = koffi.load(null)
  const create = library.func('timer_create', 'int', ['int', 'void *', 'void *'])
  const setTime = library.func('timer_settime', 'int', ['int64', 'int', 'void *', 'void *'])
  const remove = library.func('timer_delete', 'int', ['int64'])
  const id = Buffer.alloc(8)
  // No sigevent: SIGALRM to the process.
  if (create(CLOCK_REALTIME, null, id) !== 0) throw new Error('the kernel gives no timer')
  const timer = id.readBigInt64LE()
  return {
    set: (atMs) => void setTime(timer, TIMER_ABSTIME, timeSpecification(atMs), null),
    remove: () => void remove(timer),
  }
}

/** struct itimerspec: an interval of nothing, then seconds and nanoseconds; all 0 disarms. */
function timeSpecification(atMs: number): Buffer {
  const value = Buffer.alloc(32)
  if (!Number.isFinite(atMs)) return value
  // A time that is over must still be one: 0 would disarm.
  const ms = Math.max(1, Math.ceil(atMs))
  value.writeBigInt64LE(BigInt(Math.floor(ms / 1000)), 16)
  value.writeBigInt64LE(BigInt(ms % 1000) * 1_000_000n, 24)
  return value
}

const longestStepMs = 60_000

const steppingAlarm = (clock: Clock): WallAlarm => {
  const armed = new Set<CancelTimer>()
  return {
    at(atMs, callback) {
      let cancelStep: CancelTimer = () => {}
      const step = (): void => {
        if (clock.now() >= atMs) {
          armed.delete(cancel)
          callback()
        } else cancelStep = clock.at(Math.min(atMs, clock.now() + longestStepMs), step)
      }
      const cancel = (): void => {
        armed.delete(cancel)
        cancelStep()
      }
      armed.add(cancel)
      cancelStep = clock.at(Math.min(atMs, clock.now() + longestStepMs), step)
      return cancel
    },
    close() {
      for (const cancel of armed) cancel()
    },
  }
}
