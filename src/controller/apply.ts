/** Carries out a plan: exactly its steps, in its order, side by side where no edge stands between them, each journaled. */
import type { Cause } from '../base/cause.ts'
import type { Plan, Step } from '../plan/plan.ts'
import type { Outcome } from '../supervisor/supervisor-port.ts'
import type { ControllerPorts } from './ports.ts'
import { readinessOf } from './readiness.ts'
import { type UnitFailure, type Waiting, waitForUnits } from './wait-for-units.ts'

export interface Application {
  readonly plan: Plan
  readonly generation: number
  /** A failed step keeps the others that have not begun from beginning. */
  readonly stopsAtFailure: boolean
  readonly deadlineMs: number
  readonly signal: AbortSignal
}

export interface Applied {
  /** Units whose step was carried out without failing. */
  readonly moved: readonly string[]
  readonly failures: readonly UnitFailure[]
  readonly wasAborted: boolean
}

type ApplyPorts = Pick<ControllerPorts, 'supervisor' | 'generations' | 'clock'>

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
  if (application.signal.aborted || (application.stopsAtFailure && failures.length > 0)) return
  await ports.generations.stepStarted(application.generation, step.unit, ports.clock.now())
  const outcome = await runStep(step, turn)
  if (outcome.kind === 'failed') failures.push({ unit: step.unit, reason: outcome.reason })
  else if (outcome.kind !== 'superseded') moved.push(step.unit)
  const result = outcome.kind === 'failed' ? outcome.reason : outcome.kind
  await ports.generations.stepEnded(application.generation, step.unit, result, ports.clock.now())
}

const runStep = async (step: Step, { application, ports }: Turn): Promise<Outcome> => {
  const cause: Cause = { kind: 'deploy', text: step.reason, revision: application.plan.to.sha }
  switch (step.verb) {
    case 'start':
      return comeUp(ports.supervisor.start(step.unit, cause), step, { application, ports })
    case 'restart':
      return comeUp(ports.supervisor.restart(step.unit, cause), step, { application, ports })
    case 'reload':
      return ports.supervisor.reload(step.unit, cause)
    case 'update':
      return ports.supervisor.update(step.unit, cause)
    case 'stop':
      return stopAndForget(step.unit, cause, ports)
    case 'keep':
      return { kind: 'done' }
  }
}

const stopAndForget = async (unit: string, cause: Cause, { supervisor }: ApplyPorts): Promise<Outcome> => {
  const outcome = await supervisor.stop(unit, cause)
  if (outcome.kind !== 'failed') supervisor.undefine(unit)
  return outcome
}

/** A first attempt that failed is not the end while the unit's own Restart= goes on trying; the deadline bounds that. */
const comeUp = async (
  attempt: Promise<Outcome>,
  step: Step,
  { application, ports }: Pick<Turn, 'application' | 'ports'>,
): Promise<Outcome> => {
  const { signal, deadlineMs } = application
  const waiting = { supervisor: ports.supervisor, clock: ports.clock, signal, deadlineMs }
  const outcome = await bounded(attempt, step.unit, waiting)
  if (outcome.kind !== 'failed' || readinessOf(ports.supervisor.status(step.unit)) === 'failed')
    return outcome
  const verdict = await waitForUnits([step.unit], 0, waiting)
  if (verdict.kind === 'good') return { kind: 'ready' }
  if (verdict.kind === 'aborted') return { kind: 'superseded' }
  return { kind: 'failed', reason: verdict.failures[0]?.reason ?? outcome.reason }
}

/** The attempt's outcome, or what is known when patience ends before it does. */
const bounded = (
  attempt: Promise<Outcome>,
  unit: string,
  { clock, deadlineMs, signal }: Waiting,
): Promise<Outcome> =>
  new Promise((resolve) => {
    const end = (outcome: Outcome): void => {
      cancel()
      signal.removeEventListener('abort', abort)
      resolve(outcome)
    }
    const abort = (): void => end({ kind: 'superseded' })
    const cancel = clock.at(deadlineMs, () =>
      end({ kind: 'failed', reason: `${unit} was not ready in time` }),
    )
    signal.addEventListener('abort', abort)
    attempt.then(end, (error: Error) => end({ kind: 'failed', reason: error.message }))
  })
