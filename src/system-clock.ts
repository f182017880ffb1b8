/** The real clock. */
import type { Clock } from './base/clock.ts'

/** Node cannot hold a longer delay; a later time is reached in steps. */
const longestDelayMs = 2 ** 31 - 1

export const systemClock: Clock = {
  now: () => Date.now(),
  at(atMs, callback) {
    let timer: NodeJS.Timeout
    const arm = (): void => {
      const delay = atMs - Date.now()
      timer =
        delay > longestDelayMs ? setTimeout(arm, longestDelayMs) : setTimeout(callback, Math.max(0, delay))
    }
    arm()
    return () => clearTimeout(timer)
  },
}
