/** What a person asks of one unit. A stop is a hold: it outlives commits, polls and restarts until a start ends it. */
import type { UnitVerb, VerbAnswer, VerbRequest } from '../api/requests.ts'
import type { Cause } from '../base/cause.ts'
import { GitprocError } from '../base/error.ts'
import { nearestUnit } from '../base/nearest.ts'
import type { Outcome } from '../supervisor/supervisor-port.ts'
import type { UnitStatus } from '../supervisor/unit-status.ts'
import { isActive } from './actual-state.ts'
import { checkAhead } from './operations.ts'
import type { World } from './world.ts'

export const operate = async (
  unit: string,
  verb: UnitVerb,
  request: VerbRequest,
  world: World,
): Promise<VerbAnswer> => {
  // A stop and a start at the same time: what is on disk in the end and what was done last are of the same one.
  const { work } = await world.turns.next(unit, async () => {
    await prepare(unit, verb, request, world)
    return { work: carryOut(unit, verb, request, world) }
  })
  if (!request.wait) {
    work.catch((error: Error) =>
      world.log.error('request of an operator failed', { unit, verb, error: error.message }),
    )
    return answer(unit, { kind: 'accepted' }, world)
  }
  return answer(unit, await work, world)
}

/** What must be durable before anything moves, and what must be refused before. */
const prepare = async (unit: string, verb: UnitVerb, request: VerbRequest, world: World): Promise<void> => {
  if (verb === 'stop') return request.hold === false ? undefined : hold(unit, request, world)
  // What was rejected stays so: whoever starts a unit means the definition that it has here.
  if (!leavesIntent.has(verb)) await world.holds.remove(unit)
}

/** Verbs that say nothing about whether the unit is to run. */
const leavesIntent: ReadonlySet<UnitVerb> = new Set<UnitVerb>(['kill', 'send', 'freeze', 'thaw'])

const hold = async (unit: string, request: VerbRequest, world: World): Promise<void> => {
  const { holds, clock, supervisor } = world
  const { who, reason, untilMs } = request
  const nowMs = clock.now()
  if (untilMs !== undefined) checkAhead(untilMs, nowMs)
  const status = supervisor.status(unit)
  const startsAgain = holds.get(unit)?.startsAgain ?? (status !== undefined && isActive(status))
  await holds.set({ unit, who, sinceMs: nowMs, reason, untilMs, startsAgain })
}

const carryOut = async (
  unit: string,
  verb: UnitVerb,
  request: VerbRequest,
  { supervisor }: World,
): Promise<Outcome> => {
  const cause: Cause = { kind: 'operator', text: describe(verb, request), who: request.who }
  switch (verb) {
    case 'start':
      return supervisor.start(unit, cause)
    case 'stop':
      return supervisor.stop(unit, cause)
    case 'restart':
      return supervisor.restart(unit, cause)
    case 'reload':
      return supervisor.reload(unit, cause)
    case 'kill':
      await supervisor.kill(unit, request.signal ?? 'SIGTERM', request.whom ?? 'all')
      return { kind: 'done' }
    case 'send':
      await supervisor.send(unit, Buffer.from(request.data ?? '', 'base64'))
      return { kind: 'done' }
    case 'freeze':
      return supervisor.freeze(unit, cause)
    case 'thaw':
      return supervisor.thaw(unit, cause)
  }
}

const pastTense = {
  start: 'started',
  stop: 'stopped',
  restart: 'restarted',
  reload: 'reloaded',
  kill: 'signalled',
  send: 'written to',
  freeze: 'frozen',
  thaw: 'thawed',
} as const

export const describe = (verb: UnitVerb, { who, reason }: Pick<VerbRequest, 'who' | 'reason'>): string =>
  `${pastTense[verb]} by ${who}${reason === undefined ? '' : `: ${reason}`}`

const answer = (
  unit: string,
  outcome: Outcome | { readonly kind: 'accepted' },
  world: World,
): VerbAnswer => ({
  unit,
  outcome: outcome.kind,
  reason: outcome.kind === 'failed' ? outcome.reason : undefined,
  status: knownStatus(unit, world),
})

export const knownStatus = (unit: string, world: World): UnitStatus => {
  const status = world.supervisor.measured(unit)
  if (status === undefined) throw unknownUnit(unit, world)
  return status
}

export const unknownUnit = (unit: string, { supervisor, rejections }: World): GitprocError => {
  const rejected = rejections.all().find((entry) => entry.unit === unit)
  if (rejected !== undefined)
    return new GitprocError(
      'units/unknown',
      `${unit} of ${rejected.revision.slice(0, 7)} was taken back and stays out: ${rejected.reason}`,
      { remedy: 'commit a definition that works, or: gitproc sync --retry' },
    )
  const names = supervisor.statuses().map((status) => status.name)
  const near = nearestUnit(unit, names)
  return new GitprocError('units/unknown', `no unit is called ${unit}`, {
    remedy: near === undefined ? 'gitproc list shows the units' : `did you mean ${near}?`,
  })
}
