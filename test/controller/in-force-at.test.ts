import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inForceAt } from '../../src/controller/in-force-at.ts'
import type { Verb } from '../../src/plan/plan.ts'
import type { EventRecord } from '../../src/store/event-record.ts'
import type { Generation, GenerationOutcome } from '../../src/store/records.ts'
import { revisionOf } from '../support/desired.ts'

interface Made {
  readonly number: number
  readonly startedAtMs: number
  readonly outcome?: GenerationOutcome
  /** Unit → what was done to it, and when that had ended. */
  readonly steps: Readonly<Record<string, readonly [Verb, number]>>
}

const generation = ({ number, startedAtMs, outcome = 'Healthy', steps }: Made): Generation => {
  const revision = revisionOf(String(number))
  const records = Object.entries(steps).map(([unit, [verb, endedAtMs]]) => ({
    step: { verb, unit, reason: '', after: [] } as unknown as Generation['steps'][number]['step'],
    startedAtMs,
    endedAtMs,
    result: 'done',
  }))
  const plan = { from: undefined, to: revision, steps: [], hash: '' }
  const endedAtMs = Math.max(startedAtMs, ...records.map((record) => record.endedAtMs)) + 5
  return {
    number,
    revision,
    origin: 'commit',
    plan,
    steps: records,
    outcome,
    reason: undefined,
    startedAtMs,
    endedAtMs,
  }
}

const first = generation({ number: 1, startedAtMs: 100, steps: { web: ['start', 110], old: ['start', 120] } })
const refused = generation({ number: 2, startedAtMs: 150, outcome: 'Refused', steps: {} })
const third = generation({
  number: 3,
  startedAtMs: 200,
  steps: { web: ['restart', 210], old: ['stop', 220] },
})
const all = [third, refused, first]

const units = (atMs: number): readonly string[] =>
  inForceAt(atMs, all, []).units.map(
    ({ name, revision }) => `${name}@${revision === third.revision.sha ? 3 : 1}`,
  )

test('a unit is in force from the end of the step that started it to the end of the one that stopped it', () => {
  assert.deepEqual(units(99), [])
  assert.deepEqual(units(115), ['web@1'])
  assert.deepEqual(units(160), ['old@1', 'web@1'])
  assert.deepEqual(units(215), ['old@1', 'web@3'])
  assert.deepEqual(units(220), ['web@3'])
})

test('a generation is seen as it was then: progressing until it had ended, and a refused one never in force', () => {
  const seen = (atMs: number) => inForceAt(atMs, all, []).generation
  assert.equal(seen(99), undefined)
  assert.deepEqual([seen(115)?.number, seen(115)?.outcome], [1, 'Progressing'])
  assert.deepEqual([seen(160)?.number, seen(160)?.outcome], [1, 'Healthy'])
})

test('states come from the last event before, and records that begin late are said to', () => {
  const event = (atMs: number, subState: string): EventRecord => ({
    seq: atMs,
    kind: 'unit',
    unit: 'web',
    text: subState,
    atMs,
    subState,
  })
  const { units: seen, isWhole } = inForceAt(
    300,
    [third],
    [event(205, 'stop'), event(210, 'running'), event(310, 'failed')],
  )
  assert.deepEqual([seen[0]?.subState, seen[0]?.sinceMs, isWhole], ['running', 210, false])
})
