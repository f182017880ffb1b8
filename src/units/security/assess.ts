/**
 * How exposed a host is to an intruder in a service: each measure with what it means, and one figure of all. What is asked for
 * in the unit; whether it is in force, those know who see the process. Pure.
 */
import type { Measure, Service } from './measure.ts'
import { capabilityMeasures, identityMeasures, systemCallMeasures } from './privilege-measures.ts'
import { fileMeasures, hostMeasures, limitMeasures } from './view-measures.ts'

/**
 * `closed`, `partly`, `open`: as the unit says. `unenforced`: asked for, and this host or gitproc can't. `drifted`: asked
 * for, and the running process is without it.
 */
export type MeasureState = 'closed' | 'partly' | 'open' | 'unenforced' | 'drifted'

export interface AssessedMeasure {
  readonly name: string
  readonly weight: number
  readonly state: MeasureState
  readonly sentence: string
}

export interface Assessment {
  /** From 0, everything is closed, to 10, nothing is; one decimal. */
  readonly exposure: number
  readonly rating: string
  /** The heaviest first. */
  readonly measures: readonly AssessedMeasure[]
}

const all: readonly Measure[] = [
  ...identityMeasures,
  ...capabilityMeasures,
  ...systemCallMeasures,
  ...fileMeasures,
  ...hostMeasures,
  ...limitMeasures,
].sort((a, b) => b.weight - a.weight)

/** As far as the unit alone tells; `isEnforced` knows better of single measures. */
export function assess(
  service: Service,
  correct: (measure: AssessedMeasure) => AssessedMeasure = (measure) => measure,
): Assessment {
  const measures = all.map((measure) => correct(assessOne(measure, service)))
  const exposure = exposureOf(measures)
  return { exposure, rating: ratingOf(exposure), measures }
}

function assessOne(measure: Measure, service: Service): AssessedMeasure {
  const { name, weight, closed, open, partly = closed, isUnsupported } = measure
  const state = measure.grip(service)
  if (state !== 'open' && isUnsupported === true)
    return { name, weight, state: 'unenforced', sentence: 'gitproc does not support it on any host' }
  return { name, weight, state, sentence: { closed, partly, open }[state] }
}

const openness: Readonly<Record<MeasureState, number>> = {
  closed: 0,
  partly: 0.5,
  open: 1,
  unenforced: 1,
  drifted: 1,
}

export function exposureOf(measures: readonly Pick<AssessedMeasure, 'weight' | 'state'>[]): number {
  const whole = measures.reduce((sum, { weight }) => sum + weight, 0)
  const left = measures.reduce((sum, { weight, state }) => sum + weight * openness[state], 0)
  return whole === 0 ? 0 : Math.round((100 * left) / whole) / 10
}

const ratings = [
  [2, 'shut'],
  [4, 'guarded'],
  [6, 'ajar'],
  [8, 'open'],
] as const

const ratingOf = (exposure: number): string => ratings.find(([most]) => exposure <= most)?.[1] ?? 'wide open'
