/**
 * Whether a unit's conditions hold (systemd.unit(5), CONDITIONS AND ASSERTS): all of those without `|`, and of those with
 * it at least one. `kinds.ts` lists what there is, `judge.ts` what each asks, `facts.ts` whom, `problem.ts` finds senseless
 * parameters beforehand. Start here.
 */
import type { Condition } from '../values.ts'
import type { ConditionFacts } from './facts.ts'
import { judge } from './judge.ts'
import { conditionKindOf } from './kinds.ts'

export interface ConditionVerdict {
  readonly holds: boolean
  /** The first that decided against it; of several with `|`, the last. */
  readonly failed?: Condition
  /** In English: `ConditionPathExists=/etc/app.conf is not met`; empty where all is well. */
  readonly why: string
}

/** Conditions of one sort: a unit's `Condition…=` and its `Assert…=` are two questions. None at all hold. */
export const evaluateConditions = (
  conditions: readonly Condition[],
  facts: ConditionFacts,
): ConditionVerdict => {
  const needed = conditions.filter((condition) => !condition.trigger)
  const failed = needed.find((condition) => outcomeOf(condition, facts) !== 'met')
  if (failed !== undefined) return { holds: false, failed, why: explain(failed, facts) }
  const triggers = conditions.filter((condition) => condition.trigger)
  const last = triggers.at(-1)
  if (last === undefined || triggers.some((condition) => outcomeOf(condition, facts) === 'met'))
    return { holds: true, why: '' }
  const why =
    triggers.length === 1 ? explain(last, facts) : `none of ${triggers.map(conditionText).join(', ')} is met`
  return { holds: false, failed: last, why }
}

/** As it stands in the unit file: `ConditionPathExists=|!/etc/nologin`. */
export const conditionText = ({ kind, trigger, negate, parameter }: Condition): string =>
  `${kind}=${trigger ? '|' : ''}${negate ? '!' : ''}${parameter}`

/** What can't be judged is not met, with `!` or without. */
const outcomeOf = (condition: Condition, facts: ConditionFacts): 'met' | 'unmet' | 'senseless' => {
  const kind = conditionKindOf(condition.kind)
  const answer = kind === undefined ? undefined : judge(kind, condition.parameter, facts)
  if (answer === undefined) return 'senseless'
  return answer === condition.negate ? 'unmet' : 'met'
}

const explain = (condition: Condition, facts: ConditionFacts): string =>
  outcomeOf(condition, facts) === 'senseless'
    ? `${conditionText(condition)} has no meaning, so it is not met`
    : `${conditionText(condition)} is not met`
