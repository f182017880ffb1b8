/**
 * Lets a few launches, and removals of what runs have left, begin in each turn of the event loop. Where hundreds of units
 * start at once the first shims then run on another processor while the rest is being prepared; where hundreds stop, the
 * ends of all are heard and answered before the last is cleaned up.
 */

export interface Pace {
  /** Resolves when one more may begin: at once, unless many do. */
  turn(): Promise<void> | undefined
}

/** Fewer make more turns than work; more make the loop deaf for longer than a restart may take. */
const perTurn = 4

export const createPace = (): Pace => {
  const waiting: (() => void)[] = []
  let begun = 0
  const nextTurn = (): void => {
    begun = Math.min(perTurn, waiting.length)
    if (begun > 0) setImmediate(nextTurn)
    for (const begin of waiting.splice(0, begun)) begin()
  }
  return {
    turn: () => {
      if (begun === perTurn) return new Promise((begin) => waiting.push(begin))
      if (begun === 0) setImmediate(nextTurn)
      begun += 1
      return undefined
    },
  }
}
