/**
 * The dead man's switch: a deployment that is taken back unless somebody confirms it in time. The time is one of the clock
 * on the wall and stands on disk, so that neither a death of the daemon nor a host that slept makes it longer.
 */
import type { Rejection } from '../store/records.ts'
import { timeText } from './gate.ts'
import { decline } from './standing-orders.ts'
import type { World } from './world.ts'

/** Time is up, and nobody said yes. */
export const isOverdue = ({ orders, clock }: World): boolean => {
  const { confirmation } = orders.now
  return confirmation !== undefined && confirmation.dueAtMs <= clock.now()
}

/** Resolves once the revision needs no confirmation any more, its time is up, or the signal comes. */
export const awaitConfirmation = (
  sha: string,
  signal: AbortSignal,
  { orders, alarm, clock }: World,
): Promise<'confirmed' | 'overdue' | 'interrupted'> =>
  new Promise((resolve) => {
    const dueAtMs = orders.now.confirmation?.dueAtMs ?? 0
    let cancelAlarm = (): void => {}
    const end = (answer: 'confirmed' | 'overdue' | 'interrupted'): void => {
      cancelAlarm()
      unsubscribe()
      signal.removeEventListener('abort', look)
      resolve(answer)
    }
    const look = (): void => {
      if (signal.aborted) end('interrupted')
      else if (orders.now.confirmation?.sha !== sha) end('confirmed')
      else if (dueAtMs <= clock.now()) end('overdue')
      else {
        cancelAlarm()
        cancelAlarm = alarm.at(dueAtMs, look)
      }
    }
    const unsubscribe = orders.subscribe(look)
    signal.addEventListener('abort', look)
    look()
  })

/** What the revision moved stays out, as after a failure; gives the reason. */
export const rejectUnconfirmed = async (sha: string, world: World): Promise<string> => {
  const { orders, rejections, clock, localTime } = world
  const asked = orders.now.confirmation
  const by = asked === undefined ? '' : ` by ${timeText(asked.dueAtMs, localTime)}, as ${asked.who} had asked`
  const reason = `not confirmed${by}`
  const moved = world.generations
    .latest(50)
    .filter((entry) => entry.revision.sha === sha && entry.startedAtMs >= (asked?.sinceMs ?? 0))
    .flatMap(({ steps }) => steps.map(({ step }) => step.unit))
  await rejections.add([...new Set(moved)].flatMap((unit) => rejectionOf(unit, { sha, reason }, world)))
  await orders.change(decline(sha, reason, clock.now()))
  return reason
}

/** A definition that was good before is not to blame; a unit that was there and is not any more is to stay. */
const rejectionOf = (
  unit: string,
  { sha, reason }: { readonly sha: string; readonly reason: string },
  { applied, good, clock }: World,
): readonly Rejection[] => {
  const hash = applied.get(unit)?.hash ?? ''
  const wasGood = hash === (good.get(unit)?.hash ?? '')
  return wasGood ? [] : [{ unit, hash, revision: sha, reason, atMs: clock.now() }]
}
