/** Finds the revision that broke a unit by trying as few as possible. Pure: verdicts in, the next one to try out. */

export type Verdict = 'good' | 'bad' | 'untestable'

export interface Search {
  /**
   * Definitions of the unit one after the other, each named by its hash; the first one is taken for good, the last one for
   * bad. Equal definitions share a verdict.
   */
  readonly hashes: readonly string[]
  readonly verdicts: ReadonlyMap<string, Verdict>
}

export type NextTrial =
  | { readonly kind: 'try'; readonly index: number; readonly runsLeft: number }
  /** The first bad one. Where `from` is less, those between could not be tried, and each of them may be it. */
  | { readonly kind: 'found'; readonly from: number; readonly index: number }

export const nextTrial = (search: Search): NextTrial => {
  const verdicts = verdictsOf(search)
  const bad = verdicts.indexOf('bad')
  const good = verdicts.slice(0, bad).lastIndexOf('good')
  const open = verdicts.flatMap((verdict, index) =>
    verdict === undefined && index > good && index < bad ? [index] : [],
  )
  if (open.length === 0) return { kind: 'found', from: good + 1, index: bad }
  return {
    kind: 'try',
    index: nearest(open, (good + bad) / 2),
    runsLeft: Math.ceil(Math.log2(open.length + 1)),
  }
}

const verdictsOf = ({ hashes, verdicts }: Search): readonly (Verdict | undefined)[] =>
  hashes.map((hash, index) => {
    if (index === 0) return 'good'
    return index === hashes.length - 1 ? 'bad' : verdicts.get(hash)
  })

const nearest = (indices: readonly number[], middle: number): number =>
  indices.reduce((best, each) => (Math.abs(each - middle) < Math.abs(best - middle) ? each : best))
