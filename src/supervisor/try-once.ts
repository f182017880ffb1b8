/** One unit tried as a deployment would judge it: it becomes ready and healthy, and stays so. Then it is stopped. */
import type { Clock } from '../base/clock.ts'
import type { LoadedUnit } from '../units/loaded-unit.ts'
import { type Stage, withoutRestart } from './run-once.ts'
import type { UnitStatus } from './unit-status.ts'

export interface TrialTerms {
  /** How long it must not fail once it is ready, milliseconds. */
  readonly settleMs: number
  /** How long it may take to become ready, milliseconds. */
  readonly deadlineMs: number
  readonly clock: Clock
}

export interface Trial {
  readonly verdict: 'good' | 'bad' | 'interrupted'
  readonly reason: string
  readonly durationMs: number
}

type Judgement = Omit<Trial, 'durationMs'>

/** `Restart=` is not honoured: the first failure is the verdict. */
export const tryOnce = async (definition: LoadedUnit, stage: Stage, terms: TrialTerms): Promise<Trial> => {
  const { supervisor } = stage
  const unit = withoutRestart(definition)
  const startedAtMs = terms.clock.now()
  supervisor.define(unit, 'trial')
  const judgement = await judge(unit.name, stage, terms)
  await supervisor.stop(unit.name, { kind: 'operator', text: 'tried' })
  await supervisor.settled()
  return { ...judgement, durationMs: terms.clock.now() - startedAtMs }
}

/** Looks at every change of the unit until it is lost, has stayed up long enough, or time is up. */
const judge = (name: string, stage: Stage, terms: TrialTerms): Promise<Judgement> =>
  new Promise((resolve) => {
    const { supervisor, cause } = stage
    const { clock, deadlineMs, settleMs } = terms
    const end = (judgement: Judgement): void => {
      for (const ending of endings) ending()
      resolve(judgement)
    }
    const fail = (reason: string): void => end({ verdict: 'bad', reason })
    const look = (): void => {
      const problem = problemOf(supervisor.status(name))
      if (problem !== undefined) fail(problem)
    }
    const late = (): void => fail(`it was not ready after ${deadlineMs / 1000} s`)
    const settled = (): void => end({ verdict: 'good', reason: 'ready, and stayed so' })
    const endings = [
      clock.at(clock.now() + deadlineMs, late),
      stage.onInterrupt(() => end({ verdict: 'interrupted', reason: 'interrupted' })),
      supervisor.subscribe(look),
    ]
    supervisor.start(name, cause).then(
      (outcome) => {
        if (outcome.kind === 'failed') return fail(outcome.reason)
        endings.shift()?.() // it came in time
        endings.push(clock.at(clock.now() + settleMs, settled))
        look()
      },
      (error: Error) => fail(error.message),
    )
  })

const problemOf = (status: UnitStatus | undefined): string | undefined => {
  if (status?.activeState === 'failed') return status.reason
  return status?.health.state === 'unhealthy' ? `unhealthy: ${status.health.detail}` : undefined
}
