/** Carries out a plan: exactly its steps, in its order, side by side where no edge stands between them, each journaled. */
import type { Cause } from '../base/cause.ts'
import type { Plan, Step } from '../plan/plan.ts'
import type { Outcome, UnitChange } from '../supervisor/supervisor-port.ts'
import type { ControllerPorts } from './ports.ts'
import { readinessOf } from './readiness.ts'
import { type UnitFailure, waitForUnits } from './wait-for-units.ts'

export interface Application {
  readonly plan: Plan
  readonly generation: number
  /** The first failure decides: steps that have not begun do not begin, and nobody waits for the others. */
  readonly stopsAtFailure: boolean
  /** Units that nothing else begins without, whatever `stopsAtFailure` says. */
  readonly barriers?: ReadonlySet<string>
  /** Steps that are waited for although the outcome is known: half a migration is worse than a late way back. */
  readonly isAwaited?: (unit: string) => boolean
  /** Units that earlier generations moved, and that have yet to prove themselves. */
  readonly inherited?: readonly string[]
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
  const steps = plan.steps.filter(({ verb }) => verb !== 'keep')
  const turn = newTurn(application, ports)
  const unsubscribe = ports.supervisor.subscribe((change) => noticeLoss(change, turn))
  for (const step of steps) turn.ended.set(step.unit, runInTurn(step, turn))
  await Promise.all(turn.ended.values())
  unsubscribe()
  return { moved: turn.moved, failures: turn.failures, wasAborted: signal.aborted }
}

interface Turn {
  readonly application: Application
  readonly ports: ApplyPorts
  readonly ended: Map<string, Promise<void>>
  readonly failures: UnitFailure[]
  readonly moved: string[]
  /** Units that are up on trial: one that is lost fails the whole. */
  readonly onTrial: Set<string>
  /** Cut once a failure has decided. */
  readonly decided: AbortController
  /** Ends the waiting of steps: from outside, or since the outcome is known. */
  readonly over: AbortSignal
}

const newTurn = (application: Application, ports: ApplyPorts): Turn => {
  const { inherited = [], plan, signal } = application
  const moving = new Set(plan.steps.flatMap(({ verb, unit }) => (verb === 'keep' ? [] : unit)))
  const decided = new AbortController()
  return {
    application,
    ports,
    ended: new Map(),
    failures: [],
    moved: [],
    onTrial: new Set(inherited.filter((unit) => !moving.has(unit))),
    decided,
    over: AbortSignal.any([signal, decided.signal]),
  }
}

const runInTurn = async (step: Step, turn: Turn): Promise<void> => {
  await Promise.all(step.after.map((unit) => turn.ended.get(unit)))
  const { application, ports, failures, moved, onTrial } = turn
  if (application.signal.aborted || isHalted(application, failures)) return
  await ports.generations.stepStarted(application.generation, step.unit, ports.clock.now())
  application.prepare?.(step)
  const outcome = await runStep(step, turn)
  if (outcome.kind === 'failed') fail({ unit: step.unit, reason: outcome.reason }, turn)
  else if (outcome.kind !== 'superseded') {
    moved.push(step.unit)
    if (step.verb !== 'stop') onTrial.add(step.unit)
  }
  const result = outcome.kind === 'failed' ? outcome.reason : outcome.kind
  await ports.generations.stepEnded(application.generation, step.unit, result, ports.clock.now())
}

const fail = (failure: UnitFailure, { application, failures, decided }: Turn): void => {
  failures.push(failure)
  if (application.stopsAtFailure) decided.abort()
}

/** What came up and died while others are still on their way decides as well; otherwise it is found when all have come. */
const noticeLoss = ({ unit, status }: UnitChange, turn: Turn): void => {
  const { application, ports, onTrial } = turn
  if (!application.stopsAtFailure || !onTrial.has(unit) || ports.holds.get(unit)) return
  if (readinessOf(status) !== 'failed') return
  onTrial.delete(unit)
  fail({ unit, reason: status.reason }, turn)
}

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
  const { deadlineMs } = application
  const signal = patience(step, turn)
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

const patience = ({ unit }: Step, { application, over }: Turn): AbortSignal =>
  application.isAwaited?.(unit) ? application.signal : over

/**
 * The attempt's outcome, or what is known when patience ends before it does: by its deadline or the signal. What was asked of
 * the unit goes on by itself.
 */
const bounded = (attempt: Promise<Outcome>, step: Step, turn: Turn): Promise<Outcome> =>
  new Promise((resolve) => {
    const { unit, verb } = step
    const signal = patience(step, turn)
    const { clock, supervisor } = turn.ports
    const end = (outcome: Outcome): void => {
      cancel()
      signal.removeEventListener('abort', abort)
      resolve(outcome)
    }
    const abort = (): void => end({ kind: 'superseded' })
    const cancel = clock.at(turn.application.deadlineMs, () => {
      const state = supervisor.status(unit)?.subState ?? 'unknown'
      end({ kind: 'failed', reason: `${verb} had not ended at the deadline: still ${state}` })
    })
    signal.addEventListener('abort', abort)
    if (signal.aborted) abort()
    attempt.then(end, (error: Error) => end({ kind: 'failed', reason: error.message }))
  })
