/** The port through which what *does* learns the time; what *decides* gets `now` as an argument. */

/** Ends a timer; ending it twice, or after it fired, is harmless. */
export type CancelTimer = () => void

export interface Clock {
  /** Milliseconds since the epoch, with fractions where the clock has them. */
  now(): number
  /** Runs `callback` once, at `atMs` (epoch milliseconds) or at once when that is past. */
  at(atMs: number, callback: () => void): CancelTimer
}
