/** So many at once, and so many each second after that. */

export interface RateLimits {
  readonly burst: number
  readonly perSecond: number
}

export class RateLimit {
  readonly #limits: RateLimits
  #left: number
  #atMs = 0

  constructor(limits: RateLimits) {
    this.#limits = limits
    this.#left = limits.burst
  }

  /** False where it is too much. */
  take(nowMs: number): boolean {
    const { burst, perSecond } = this.#limits
    const passed = Math.max(0, nowMs - this.#atMs) / 1000
    this.#left = Math.min(burst, this.#left + passed * perSecond)
    this.#atMs = nowMs
    if (this.#left < 1) return false
    this.#left -= 1
    return true
  }
}
