/**
 * Lets a few launches begin in each turn of the event loop. Where hundreds of units start at once, the first shims then
 * run on another processor while the rest is still being prepared, and what they tell is heard meanwhile.
 */

export interface LaunchPace {
  /** Resolves when one more launch may begin: at once, unless many do. */
  turn(): Promise<void> | undefined
}

/** Fewer make more turns than work; more make the loop deaf for longer than a restart may take. */
const perTurn = 4

export const createLaunchPace = (): LaunchPace => {
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
