/**
 * The daemon is killed at each single write to its state directory while a plan is carried out or taken back: half of the
 * record is there, or all of it and nothing after it. Between two neighbouring moments lies everything that a step does.
 * Every second write by default; `GITPROC_EVERY_MOMENT=1` takes all, in both forms.
 */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { PlanAnswer } from '../../src/api/contract.ts'
import {
  assertWhole,
  type Graph,
  graphsOf,
  isAlive,
  isThorough,
  MortalDaemon,
  names,
  pidsOf,
} from '../support/mortal-daemon.ts'

const bothWays = [
  ['after', 'torn'],
  ['torn', 'after'],
] as const

describe('a daemon killed at every write of a deployment', () => {
  const forward = new MortalDaemon()
  before(() => forward.init())
  after(() => forward.end())

  test('ends in the new graph: each unit moved once, those that stay not at all', async (t) => {
    const graphs = graphsOf(forward)
    const [first] = graphs
    await forward.commit(first.files)
    await forward.start()
    await forward.sync()
    let before = pidsOf(await assertWhole(forward, first.files))
    await forward.countStarts(names, { ...first.starts, kept: 1, live: 1 })
    let points = 0
    const check = async (graph: Graph, where: string): Promise<void> => {
      await forward.sync()
      const status = await assertWhole(forward, graph.files)
      const pids = pidsOf(status)
      assert.equal(status.sync, 'Synced', where)
      for (const name of ['kept.service', 'live.service']) assert.equal(pids[name], before[name], where)
      for (const [name, pid] of Object.entries(before))
        if (pid !== undefined && pids[name] !== pid) assert.ok(!isAlive(pid), `${name} left ${pid} ${where}`)
      const { plan } = await forward.get<PlanAnswer>('/v1/plan')
      assert.deepEqual(
        plan.steps.filter((step) => step.verb !== 'keep'),
        [],
        where,
      )
      await forward.countStarts(names, graph.starts)
      before = pids
    }
    let at = 0
    for (const moments of isThorough ? bothWays : bothWays.slice(0, 1)) {
      const exhausted = [false, false]
      for (let write = 1; exhausted.includes(false); write += isThorough ? 1 : 2) {
        for (const moment of moments) {
          at = 1 - at
          const graph = graphs[at]!
          const died = await forward.diesAt(moment, write, graph.files)
          if (died) points += 1
          else exhausted[at] = true
          await check(graph, `${moment} write ${write}: ${forward.lastWrite()}`)
        }
      }
    }
    t.diagnostic(`${points} moments of death`)
    assert.ok(points > 40, `${points}`)
  })
})
