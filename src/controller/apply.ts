/** Carries out a plan: exactly its steps, in its order, side by side where no edge stands between them, each journaled. */
import type { Cause } from '../base/cause.ts'
import type { Plan, Step } from '../plan/plan.ts'
import type { Outcome } from '../supervisor/supervisor-port.ts'
import type { ControllerPorts } from './ports.ts'
import { readinessOf } from './readiness.ts'
import { type UnitFailure, waitForUnits } from './wait-for-units.ts'

export interface Application {
  readonly plan: Plan
  readonly generation: number
  /** A failed step keeps the others that have not begun from beginning. */
  readonly stopsAtFailure: boolean
  /** Units that nothing else begins without, whatever `stopsAtFailure` says. */
  readonly barriers?: ReadonlySet<string>
  /** Called right before each step. */
  readonly prepare?: (step: Step) => void
  readonly deadlineMs: number
  readonly signal: AbortSignal
}

export interface Applied {
  /** Units whose step was carried out without failing. */
  readonly moved: readonly string[]
  readonly failures: readonly UnitFailure[]
  readonly wasAborted: boolean
}

type ApplyPorts = Pick<ControllerPorts, 'supervisor' | 'generations' | 'clock' | 'holds'>

export const apply = async (application: Application, ports: ApplyPorts): Promise<Applied> => {
  const { plan, signal } = application
  const failures: UnitFailure[] = []
  const moved: string[] = []
  const ended = new Map<string, Promise<void>>()
  for (const step of plan.steps) {
    if (step.verb === 'keep') continue
    ended.set(step.unit, runInTurn(step, { application, ports, ended, failures, moved }))
  }
  await Promise.all(ended.values())
  return { moved, failures, wasAborted: signal.aborted }
}

interface Turn {
  readonly application: Application
  readonly ports: ApplyPorts
  readonly ended: ReadonlyMap<string, Promise<void>>
  readonly failures: UnitFailure[]
  readonly moved: string[]
}

const runInTurn = async (step: Step, turn: Turn): Promise<void> => {
  await Promise.all(step.after.map((unit) => turn.ended.get(unit)))
  const { application, ports, failures, moved } = turn
  if (application.signal.aborted || isHalted(application, failures)) return
  await ports.generations.stepStarted(application.generation, step.unit, ports.clock.now())
  application.prepare?.(step)
  const outcome = await runStep(step, turn)
  if (outcome.kind === 'failed') failures.push({ unit: step.unit, reason: outcome.reason })
  else if (outcome.kind !== 'superseded') moved.push(step.unit)
  const result = outcome.kind === 'failed' ? outcome.reason : outcome.kind
  await ports.generations.stepEnded(application.generation, step.unit, result, ports.clock.now())
}

/** Whatever a step waits for, its deadline and the signal end the wait; what was asked of the unit goes on by itself. */
const isHalted = ({ stopsAtFailure, barriers }: Application, failures: readonly UnitFailure[]): boolean =>
  failures.some(({ unit }) => stopsAtFailure || barriers?.has(unit))

const runStep = async (step: Step, turn: Turn): Promise<Outcome> => {
  const { application, ports } = turn
  const { unit, verb } = step
  const cause: Cause = { kind: 'deploy', text: step.reason, revision: application.plan.to.sha }
  // Planned before a person stopped it: the hold is the newer word.
  if ((verb === 'start' || verb === 'restart') && ports.holds.get(unit)) return { kind: 'superseded' }
  switch (verb) {
    case 'start':
      return comeUp(ports.supervisor.start(unit, cause), step, turn)
    case 'restart':
      return comeUp(ports.supervisor.restart(unit, cause), step, turn)
    case 'reload':
      return bounded(ports.supervisor.reload(unit, cause), step, turn)
    case 'update':
      return bounded(ports.supervisor.update(unit, cause), step, turn)
    case 'stop':
      return stopAndForget(step, cause, turn)
    case 'keep':
      return { kind: 'done' }
  }
}

const stopAndForget = async (step: Step, cause: Cause, turn: Turn): Promise<Outcome> => {
  const { supervisor } = turn.ports
  const outcome = await bounded(supervisor.stop(step.unit, cause), step, turn)
  if (outcome.kind === 'done' || outcome.kind === 'ready') supervisor.undefine(step.unit)
  return outcome
}

/** A first attempt that failed is not the end while the unit's own Restart= goes on trying; the deadline bounds that. */
const comeUp = async (attempt: Promise<Outcome>, step: Step, turn: Turn): Promise<Outcome> => {
  const { application, ports } = turn
  const { signal, deadlineMs } = application
  const outcome = await bounded(attempt, step, turn)
  const isOver = ports.clock.now() >= deadlineMs
  if (outcome.kind !== 'failed' || isOver || readinessOf(ports.supervisor.status(step.unit)) === 'failed')
    return outcome
  const { supervisor, clock, holds } = ports
  const isHeld = (unit: string): boolean => holds.get(unit) !== undefined
  const verdict = await waitForUnits([step.unit], 0, { supervisor, clock, signal, deadlineMs, isHeld })
  if (verdict.kind === 'good') return { kind: 'ready' }
  if (verdict.kind === 'aborted') return { kind: 'superseded' }
  return { kind: 'failed', reason: verdict.failures[0]?.reason ?? outcome.reason }
}

/** The attempt's outcome, or what is known when patience ends before it does. */
const bounded = (attempt: Promise<Outcome>, { unit, verb }: Step, turn: Turn): Promise<Outcome> =>
  new Promise((resolve) => {
    const { signal, deadlineMs } = turn.application
    const { clock, supervisor } = turn.ports
    const end = (outcome: Outcome): void => {
      cancel()
      signal.removeEventListener('abort', abort)
      resolve(outcome)
    }
    const abort = (): void => end({ kind: 'superseded' })
    const cancel = clock.at(deadlineMs, () => {
      const state = supervisor.status(unit)?.subState ?? 'unknown'
      end({ kind: 'failed', reason: `${verb} had not ended at the deadline: still ${state}` })
    })
    signal.addEventListener('abort', abort)
    attempt.then(end, (error: Error) => end({ kind: 'failed', reason: error.message }))
  })
