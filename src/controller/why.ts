/** One paragraph from commit to effect: what was changed by whom, what followed, what comes next, what helps. */
import type { UnitView, WhyAnswer } from '../api/contract.ts'
import type { Generation, Rejection } from '../store/records.ts'
import { isRemoval } from './rejections.ts'

export interface WhyFacts {
  readonly unit: UnitView
  /** Newest generation whose plan moved the unit. */
  readonly generation: Generation | undefined
  readonly rejection: Rejection | undefined
  readonly nowMs: number
}

export const why = (facts: WhyFacts): WhyAnswer => ({
  unit: facts.unit.name,
  paragraph: [definition(facts), movement(facts), state(facts), next(facts)]
    .filter((sentence) => sentence !== '')
    .join(' '),
  remedy: remedy(facts),
})

const definition = ({ unit: { name, changedIn } }: WhyFacts): string =>
  changedIn
    ? `${name} is defined by commit ${changedIn.sha.slice(0, 7)} "${changedIn.subject}" of ${changedIn.author}.`
    : ''

const movement = ({ unit, generation }: WhyFacts): string => {
  const record = generation?.steps.find(({ step }) => step.unit === unit.name)
  if (generation === undefined || record === undefined) return ''
  const { verb, reason } = record.step
  const outcome =
    generation.reason === undefined ? generation.outcome : `${generation.outcome} (${generation.reason})`
  const signed = generation.signedBy === undefined ? '' : `, signed by ${generation.signedBy}`
  return `Generation ${generation.number} (${generation.origin}${signed}) asked to ${verb} it, because: ${reason}; that generation is ${outcome}.`
}

const state = ({ unit, nowMs }: WhyFacts): string => {
  const since = `for ${seconds(nowMs - unit.sinceMs)}`
  const reason = unit.reason === '' ? '' : `: ${unit.reason}`
  const health =
    unit.health.state === 'none'
      ? ''
      : ` Its health is ${unit.health.state}${unit.health.detail ? ` (${unit.health.detail})` : ''}.`
  return `It has been ${unit.subState} ${since}${reason}.${health}`
}

const next = ({ unit, rejection, nowMs }: WhyFacts): string => {
  if (unit.hold) {
    const because = unit.hold.reason === undefined ? '' : ` ("${unit.hold.reason}")`
    return `${unit.hold.who} holds it${because}: no commit and no restart of the daemon starts it.`
  }
  if (rejection && isRemoval(rejection))
    return `Commit ${rejection.revision.slice(0, 7)} removes it, which was taken back (${rejection.reason}).`
  if (rejection)
    return `The definition in ${rejection.revision.slice(0, 7)} was taken back (${rejection.reason}) and stays out until it changes.`
  if (unit.nextEventAtMs !== undefined) return `Next event in ${seconds(unit.nextEventAtMs - nowMs)}.`
  return ''
}

const remedy = ({ unit, rejection }: WhyFacts): string | undefined => {
  const name = unit.name.replace(/\.service$/, '')
  if (unit.hold) return `gitproc start ${name}`
  if (rejection && isRemoval(rejection)) return 'gitproc sync --retry'
  if (rejection) return 'commit a definition that works, or: gitproc sync --retry'
  if (unit.activeState === 'failed') return `gitproc logs ${name} --last-crash; then gitproc start ${name}`
  return undefined
}

/** Ages as people say them; exact time stands in `-o json`. */
const seconds = (ms: number): string => {
  const s = Math.max(0, Math.round(ms / 1000))
  if (s < 120) return `${s} s`
  if (s < 7200) return `${Math.round(s / 60)} min`
  return s < 172_800 ? `${Math.round(s / 3600)} h` : `${Math.round(s / 86_400)} d`
}
