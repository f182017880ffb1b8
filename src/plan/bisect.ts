/** Finds the revision that broke a unit by trying as few as possible. Pure: verdicts in, the next one to try out. */

export type Verdict = 'good' | 'bad' | 'untestable'

export interface Search {
  /**
   * Definitions of the unit one after the other, each named by its hash; the first one is known to be good, the last one
   * to be bad. Revisions of equal definitions share a verdict.
   */
  readonly hashes: readonly string[]
  readonly verdicts: ReadonlyMap<string, Verdict>
}

export type NextTrial =
  | { readonly kind: 'try'; readonly index: number; readonly runsLeft: number }
  /** The first bad one. Where `from` is less, those between could not be tried, and each of them may be it. */
  | { readonly kind: 'found'; readonly from: number; readonly index: number }

export const nextTrial = ({ hashes, verdicts }: Search): NextTrial => {
  const last = hashes.length - 1
  const verdictAt = (index: number): Verdict | undefined =>
    index === 0 ? 'good' : index === last ? 'bad' : verdicts.get(hashes[index]!)
  let bad = last
  for (let index = last; index > 0; index--) if (verdictAt(index) === 'bad') bad = index
  let good = 0
  for (let index = 0; index < bad; index++) if (verdictAt(index) === 'good') good = index
  const open = indices(good + 1, bad).filter((index) => verdictAt(index) === undefined)
  if (open.length === 0) return { kind: 'found', from: good + 1, index: bad }
  const middle = (good + bad) / 2
  const index = open.reduce((best, each) =>
    Math.abs(each - middle) < Math.abs(best - middle) ? each : best,
  )
  return { kind: 'try', index, runsLeft: Math.ceil(Math.log2(open.length + 1)) }
}

const indices = (from: number, to: number): readonly number[] =>
  Array.from({ length: Math.max(0, to - from) }, (_, offset) => from + offset)
