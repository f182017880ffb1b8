/** The likely meaning of a misspelled name: optimal string alignment distance, as spell checkers use it. */

/**
 * The candidate nearest to `word`, if one is near enough to be meant; case does not count. Of two that are equally near it is
 * the one that begins alike: first letters are seldom mistyped.
 */
export const nearest = (word: string, candidates: Iterable<string>): string | undefined => {
  const meant = word.toLowerCase()
  const limit = Math.max(1, Math.floor(word.length / 3))
  let best: string | undefined
  let bestRank = Number.POSITIVE_INFINITY
  for (const candidate of candidates) {
    const other = candidate.toLowerCase()
    const distance = alignmentDistance(meant, other)
    const rank = distance + (meant[0] === other[0] ? 0 : 0.5)
    if (distance > limit || rank >= bestRank) continue
    best = candidate
    bestRank = rank
  }
  return best
}

/** The name of a unit that is likely meant: endings, which most units share, do not make short names alike. */
export const nearestUnit = (unit: string, candidates: Iterable<string>): string | undefined => {
  const ending = endingOf(unit)
  const units = [...candidates]
  const ordered = [
    ...units.filter((other) => endingOf(other) === ending),
    ...units.filter((other) => endingOf(other) !== ending),
  ]
  const stem = nearest(stemOf(unit), ordered.map(stemOf))
  return ordered.find((other) => stemOf(other) === stem)
}

const endingOf = (unit: string): string => unit.slice(stemOf(unit).length)
const stemOf = (unit: string): string => unit.replace(/\.[a-z]+$/, '')

/** Insertions, deletions, substitutions and swaps of neighbours that turn one word into the other. */
export const alignmentDistance = (a: string, b: string): number => {
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1
      let distance = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + cost)
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        distance = Math.min(distance, beforeLast[j - 2]! + 1)
      row.push(distance)
    }
    beforeLast = last
    last = row
  }
  return last[b.length]!
}
