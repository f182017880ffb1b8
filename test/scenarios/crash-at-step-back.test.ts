/** The same as `crash-at-step.test.ts`, for a commit whose last unit fails: on the way there, and on the way back. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { assertWhole, graphsOf, isThorough, MortalDaemon, pidsOf } from '../support/mortal-daemon.ts'

describe('a daemon killed at every write of a commit that fails', () => {
  const backward = new MortalDaemon()
  before(() => backward.init())
  after(() => backward.end())

  test('ends in the old graph', async (t) => {
    const [first, second] = graphsOf(backward)
    const failing = {
      ...second.files,
      'bad.service': backward.unitFile('bad', {
        unit: 'After=fresh.service changed.service',
        service: 'Type=oneshot',
        ending: 'exit 1',
      }),
    }
    await backward.commit(first.files)
    await backward.start()
    await backward.sync()
    const before = pidsOf(await assertWhole(backward, first.files))
    let points = 0
    for (const moment of isThorough ? (['after', 'torn'] as const) : (['after'] as const)) {
      for (let write = 1, died = true; died; write += isThorough ? 1 : 2) {
        died = await backward.diesAt(moment, write, failing)
        if (died) points += 1
        await backward.sync()
        const where = `${moment} write ${write}: ${backward.lastWrite()}`
        const status = await assertWhole(backward, first.files)
        const pids = pidsOf(status)
        assert.equal(status.syncReason, 'RolledBack', where)
        for (const name of ['kept.service', 'live.service']) assert.equal(pids[name], before[name], where)
        await backward.commit({ ...first.files, 'bad.service': '' }, 'back by hand')
        await backward.sync()
        const mended = await assertWhole(backward, first.files)
        assert.equal(mended.sync, 'Synced', where)
        assert.deepEqual(pidsOf(mended), pids, where)
      }
    }
    t.diagnostic(`${points} moments of death`)
    assert.ok(points > 40, `${points}`)
  })
})
