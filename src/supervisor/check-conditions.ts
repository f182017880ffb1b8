/** Condition…= and Assert…= of a unit, judged by the facts of this moment. */
import type { ConditionVerdict } from '../lifecycle/events.ts'
import { evaluateConditions } from '../units/conditions/evaluate.ts'
import type { ConditionFacts } from '../units/conditions/facts.ts'
import type { LoadedUnit } from '../units/loaded-unit.ts'

/** A condition that does not hold skips the unit, an assertion fails its start; conditions are asked first. */
export function judgeConditions({ unit }: LoadedUnit, facts: ConditionFacts): ConditionVerdict {
  const conditions = evaluateConditions(unit.Conditions, facts)
  if (!conditions.holds) return { kind: 'skip', text: conditions.why }
  const asserts = evaluateConditions(unit.Asserts, facts)
  return asserts.holds ? { kind: 'met' } : { kind: 'unasserted', text: asserts.why }
}
