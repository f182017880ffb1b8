/** So many at once, and so many each second after that; for each who comes, so that one keeps out no other. */

export interface RateLimitOptions {
  readonly burst: number
  readonly perSecond: number
}

export class RateLimit {
  readonly #limits: RateLimitOptions
  #left: number
  #atMs = 0

  constructor(limits: RateLimitOptions) {
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

/** Whoever has not come for longest is forgotten, and begins anew. */
const maxRemembered = 1024

export class RateLimits {
  readonly #each: RateLimitOptions
  readonly #byKey = new Map<string, RateLimit>()

  constructor(each: RateLimitOptions) {
    this.#each = each
  }

  take(key: string, nowMs: number): boolean {
    const limit = this.#byKey.get(key) ?? new RateLimit(this.#each)
    this.#byKey.delete(key)
    this.#byKey.set(key, limit)
    if (this.#byKey.size > maxRemembered) this.#byKey.delete(this.#byKey.keys().next().value as string)
    return limit.take(nowMs)
  }
}
