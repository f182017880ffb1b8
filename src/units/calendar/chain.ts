/** The lists between the separators of a calendar event: `1,3..5`, `0/15`, `*`. */
import { type Chain, type Component, everyFullSecond, usecPerSecond } from './calendar.ts'

/** Seconds have fractions, the other parts are whole numbers. */
export type PartKind = 'whole' | 'seconds'

export interface ReadChain {
  readonly chain: Chain
  /** What follows in the text. */
  readonly rest: string
}

/** systemd's own limit on the length of a list. */
const maxComponents = 241
/** Numbers are C's `int`. */
const maxInt = 2 ** 31 - 1

/** The chain that the text begins with, undefined where there is none. */
export const readChain = (text: string, kind: PartKind): ReadChain | undefined => {
  if (text.startsWith('*')) return { chain: kind === 'seconds' ? everyFullSecond : [], rest: text.slice(1) }
  const components: Component[] = []
  let rest = text
  for (;;) {
    const read = readComponent(rest, kind)
    if (read === undefined || components.length >= maxComponents) return undefined
    components.push(read.component)
    if (!read.rest.startsWith(',')) return { chain: components, rest: read.rest }
    rest = read.rest.slice(1)
  }
}

const wholePattern = /^([0-9]+)(?:\.\.([0-9]+))?(?:\/([0-9]+))?(?=$|[ ,~:-])/
const secondsPattern =
  /^([0-9]+(?:\.[0-9]+)?)(?:\.\.([0-9]+(?:\.[0-9]+)?))?(?:\/([0-9]+(?:\.[0-9]+)?))?(?=$|[ ,~:-])/

const readComponent = (text: string, kind: PartKind) => {
  const match = (kind === 'seconds' ? secondsPattern : wholePattern).exec(text)
  if (match === null) return undefined
  const [start, stop, given] = match.slice(1).map((digits) => readNumber(digits, kind))
  const unit = kind === 'seconds' ? usecPerSecond : 1
  const repeat = given ?? (stop === undefined ? 0 : unit)
  if (start === undefined || given === 0) return undefined
  if ([start, stop ?? 0, repeat].some((value) => value > maxInt)) return undefined
  // A range of less than a second without a step would only ever match its start.
  if (kind === 'seconds' && given === undefined && stop !== undefined && start + repeat > stop)
    return undefined
  return { component: { start, stop, repeat }, rest: text.slice(match[0].length) }
}

/** Seconds become microseconds, the seventh digit rounds. */
const readNumber = (digits: string | undefined, kind: PartKind): number | undefined => {
  if (digits === undefined) return undefined
  const [whole = '', fraction = ''] = digits.split('.')
  if (kind === 'whole') return Number(whole)
  const roundsUp = (fraction[6] ?? '0') >= '5' ? 1 : 0
  return Number(whole) * usecPerSecond + Number(fraction.slice(0, 6).padEnd(6, '0')) + roundsUp
}

/** In ascending order, without doubles, ranges cut to their last step: `10..20/3` is `10..19/3`. */
export const normalizeChain = (chain: Chain): Chain =>
  chain
    .map(normalizeComponent)
    .sort(compareComponents)
    .filter((component, at, all) => at === 0 || compareComponents(component, all[at - 1]!) !== 0)

const normalizeComponent = (component: Component): Component => {
  const { start, repeat } = component
  let stop = component.stop
  if (stop !== undefined && stop > start && repeat > 0) stop -= (stop - start) % repeat
  const neverRepeats = stop !== undefined && stop > start && repeat > 0 && start + repeat > stop
  return neverRepeats || start === stop ? { start, stop: undefined, repeat: 0 } : { start, stop, repeat }
}

const compareComponents = (a: Component, b: Component): number =>
  a.start - b.start || (a.stop ?? -1) - (b.stop ?? -1) || a.repeat - b.repeat

/** Whether every component lies within the bounds, with room for at least one repetition. */
export const isValidChain = (chain: Chain, from: number, to: number): boolean =>
  chain.every(({ start, stop, repeat }) => {
    if (start < from || start > to || repeat > to - from) return false
    if (stop === undefined) return start + repeat <= to
    return stop >= from && stop <= to && start + repeat <= stop
  })

/**
 * Days before the end of the month: 28 at most, and an open repetition runs towards the month's last day. systemd takes
 * three days off that limit anew for each further component of the list: `~17,28` is refused, `~28` is not.
 */
export const isValidMonthEnd = (chain: Chain): boolean =>
  chain.every((component, at) => {
    const { start, stop, repeat } = component
    const to = 28 - 3 * at
    if (stop !== undefined) return isValidChain([component], 1, to)
    return start >= 1 && start <= to && repeat <= to - 1 && start - repeat >= 1
  })
