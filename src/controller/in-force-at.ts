/** What was in force at an earlier time, folded from generations and events: pure. */
import type { AtAnswer, UnitAt } from '../api/contract.ts'
import type { EventRecord } from '../store/event-record.ts'
import type { Generation } from '../store/records.ts'

/** Generations newest first, events oldest first. */
export const inForceAt = (
  atMs: number,
  generations: readonly Generation[],
  events: readonly EventRecord[],
): AtAnswer => {
  const begun = generations.filter(({ startedAtMs, outcome }) => startedAtMs <= atMs && outcome !== 'Refused')
  const revisions = revisionsAt(atMs, begun.toReversed())
  const lastEvents = new Map(
    events
      .filter(({ unit, kind, atMs: at }) => unit !== undefined && kind === 'unit' && at <= atMs)
      .map((event) => [event.unit, event]),
  )
  const [generation] = begun
  return {
    atMs,
    generation: generation && asOf(atMs, generation),
    units: [...revisions]
      .map(([name, revision]) => unitAt(name, revision, lastEvents.get(name)))
      .sort((left, right) => (left.name < right.name ? -1 : 1)),
    isWhole: generations.length === 0 || generations.at(-1)?.number === 1,
  }
}

/** Unit → the commit of its definition: a step counts from its end on, and one that stopped a unit took it away. */
const revisionsAt = (atMs: number, oldestFirst: readonly Generation[]): ReadonlyMap<string, string> => {
  const steps = oldestFirst.flatMap(({ revision, steps }) =>
    steps.map((record) => ({ ...record, sha: revision.sha })),
  )
  const ended = steps.filter(({ endedAtMs }) => endedAtMs !== undefined && endedAtMs <= atMs)
  const units = new Map<string, string>()
  for (const { step, sha } of ended.sort((left, right) => left.endedAtMs! - right.endedAtMs!)) {
    if (step.verb === 'stop') units.delete(step.unit)
    else units.set(step.unit, sha)
  }
  return units
}

/** As people saw it then: how it would end was not known yet. */
const asOf = (atMs: number, generation: Generation): Generation =>
  generation.endedAtMs !== undefined && generation.endedAtMs <= atMs
    ? generation
    : { ...generation, outcome: 'Progressing', reason: undefined, endedAtMs: undefined }

const unitAt = (name: string, revision: string, event: EventRecord | undefined): UnitAt => ({
  name,
  revision,
  activeState: event?.activeState,
  subState: event?.subState,
  sinceMs: event?.atMs,
  text: event?.text,
})
