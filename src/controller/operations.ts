/** What a person asks of the whole: to cancel, confirm, suspend, resume. Each is durable before it is answered. */
import type { OperationAnswer, OperationRequest, SuspendRequest } from '../api/requests.ts'
import { GitprocError } from '../base/error.ts'
import { timeText } from './gate.ts'
import type { PassLoop } from './pass-loop.ts'
import { lastGood } from './taken-back.ts'
import type { World } from './world.ts'

export const suspend = async (
  { who, reason, untilMs }: SuspendRequest,
  { orders, clock, localTime }: World,
): Promise<OperationAnswer> => {
  const nowMs = clock.now()
  if (untilMs !== undefined) checkAhead(untilMs, nowMs)
  await orders.change((now) => ({ ...now, suspension: { who, sinceMs: nowMs, reason, untilMs } }))
  const until = untilMs === undefined ? '' : ` until ${timeText(untilMs, localTime)}`
  return {
    text: `no commit is applied${until}; services go on`,
    remedy: 'gitproc resume',
  }
}

/** Ends suspension and pin. Fails `plan/nothing` where neither stands. */
export const resume = async (_: OperationRequest, { orders }: World): Promise<OperationAnswer> => {
  const { suspension, pin } = orders.now
  if (suspension === undefined && pin === undefined)
    throw new GitprocError('plan/nothing', 'nothing is suspended or pinned', {
      remedy: 'to end the hold of a unit: gitproc resume NAME',
    })
  await orders.change((now) => ({ ...now, suspension: undefined, pin: undefined }))
  const ended = [
    ...(suspension ? ['the suspension'] : []),
    ...(pin ? [`the pin to ${pin.sha.slice(0, 7)}`] : []),
  ]
  return { text: `ended ${ended.join(' and ')}: commits are applied again`, remedy: 'gitproc status' }
}

/** Fails `plan/nothing` where nothing waits for it. */
export const confirm = async (
  { who }: OperationRequest,
  { orders, log }: World,
): Promise<OperationAnswer> => {
  const { confirmation } = orders.now
  if (confirmation === undefined)
    throw new GitprocError('plan/nothing', 'nothing waits to be confirmed', {
      remedy: 'gitproc history says what came of it',
    })
  await orders.change((now) => ({ ...now, confirmation: undefined }))
  log.info('deployment confirmed', { revision: confirmation.sha, who })
  return { text: `${confirmation.sha.slice(0, 7)} is confirmed, and stays`, remedy: undefined }
}

/** Fails `plan/nothing` where nothing is being applied. */
export const cancel = ({ who, reason }: OperationRequest, loop: PassLoop, world: World): OperationAnswer => {
  const { stage } = loop
  const { revision } = world
  if (stage === undefined || revision === undefined)
    throw new GitprocError('plan/nothing', 'nothing is being applied', {
      remedy: 'to go back to an earlier commit: gitproc rollback',
    })
  if (stage.kind === 'taking back')
    throw new GitprocError(
      'plan/nothing',
      'a deployment is being taken back already; that is not cancelled',
      {
        remedy: 'gitproc status',
      },
    )
  loop.interrupt({ kind: 'cancelled', who, reason })
  const name = revision.sha.slice(0, 7)
  const { pin } = world.orders.now
  const andPin = pin?.sha === revision.sha && lastGood(world)?.sha !== pin.sha ? ' with the pin to it' : ''
  return {
    text: `${name} is cancelled: what it moved is taken back${andPin}, and it stays out until it changes`,
    remedy: 'gitproc sync --retry tries it again',
  }
}

export const checkAhead = (untilMs: number, nowMs: number): void => {
  if (untilMs > nowMs) return
  throw new GitprocError('api/bad-request', 'the time at which it is to end is over already', {
    remedy: 'such as --until 30min, --until 18:00, --until tomorrow',
  })
}
