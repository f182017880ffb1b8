/** The same as `crash-at-step.test.ts`, for a commit that somebody cancels, and for one that nobody confirms: on the way back. */
import assert from 'node:assert/strict'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { StatusAnswer } from '../../src/api/contract.ts'
import {
  assertWhole,
  type Death,
  type Files,
  graphsOf,
  isThorough,
  MortalDaemon,
  pidsOf,
} from '../support/mortal-daemon.ts'

/** Which deaths are tried: every one, or some of each kind. */
function* deaths(stride: number): Generator<Death> {
  for (let write = 1; ; write += isThorough ? 1 : stride)
    for (const moment of ['torn', 'after'] as const) yield { moment, write }
}

/** The daemon with the first graph up, and what must be so of units that neither commit concerns. */
const withFirstGraph = async (daemon: MortalDaemon) => {
  const [first, second] = graphsOf(daemon)
  await daemon.commit(first.files)
  await daemon.start()
  await daemon.sync()
  const before = pidsOf(await assertWhole(daemon, first.files))
  const untouched = (status: StatusAnswer, where: string): void => {
    for (const name of ['kept.service', 'live.service'])
      assert.equal(pidsOf(status)[name], before[name], where)
  }
  return { first: first.files, second: second.files, untouched }
}

/** What is in the branch is what is to run, and does. */
const mended = async (daemon: MortalDaemon, files: Files, where: string): Promise<StatusAnswer> => {
  await daemon.commit(files, 'back by hand')
  await daemon.sync()
  const status = await assertWhole(daemon, files)
  assert.equal(status.sync, 'Synced', where)
  return status
}

describe('a daemon killed at every write of what a cancel brings about', () => {
  const daemon = new MortalDaemon()
  before(() => daemon.init())
  after(() => daemon.end())

  test('ends in the old graph, or goes on to the new one where the cancel had not been written down', async (t) => {
    const { first, second, untouched } = await withFirstGraph(daemon)
    const opened = join(daemon.prefix, 'opened')
    const gate = daemon.unitFile('gate', {
      unit: 'After=fresh.service changed.service',
      service: 'Type=oneshot\nRemainAfterExit=yes',
      ending: `while [ ! -e ${opened} ]; do sleep 0.02; done`,
    })
    const [old, next] = [
      { ...first, 'gate.service': '' },
      { ...second, 'gate.service': gate },
    ]
    const ends = { old: 0, new: 0 }
    for (const death of deaths(8)) {
      await daemon.commit(next)
      await daemon.reaches('gate.service', 'start')
      const died = await daemon.diesDuring(death, () => daemon.post('/v1/cancel', {}))
      if (!died) break
      const where = `${death.moment} write ${death.write}: ${daemon.lastWrite()}`
      writeFileSync(opened, '')
      await daemon.settle()
      const isNew = (await daemon.status()).sync === 'Synced'
      ends[isNew ? 'new' : 'old'] += 1
      const status = await assertWhole(daemon, isNew ? next : old)
      if (!isNew) assert.equal(status.syncReason, 'RolledBack', where)
      untouched(status, where)
      rmSync(opened)
      await mended(daemon, old, where)
    }
    t.diagnostic(`moments of death: ${JSON.stringify(ends)}`)
    assert.ok(ends.new > 0 && ends.old > 5, JSON.stringify(ends))
  })
})

describe('a daemon killed at every write of taking back what nobody confirmed', () => {
  const daemon = new MortalDaemon()
  before(() => daemon.init())
  after(() => daemon.end())

  test('ends in the old graph', async (t) => {
    const { first, second, untouched } = await withFirstGraph(daemon)
    let points = 0
    for (const death of deaths(8)) {
      await daemon.post('/v1/suspend', {})
      await daemon.commit(second)
      await daemon.post('/v1/sync', { wait: true, now: true, confirmWithinMs: 3000 })
      assert.equal((await daemon.status()).syncReason, 'Unconfirmed')
      const died = await daemon.diesDuring(death, () =>
        daemon.until(({ orders }) => orders?.confirmation === undefined),
      )
      if (!died) break
      points += 1
      const where = `${death.moment} write ${death.write}: ${daemon.lastWrite()}`
      await daemon.until(({ orders }) => orders?.confirmation === undefined)
      await daemon.settle()
      const status = await assertWhole(daemon, first)
      assert.equal(status.syncReason, 'RolledBack', where)
      untouched(status, where)
      await daemon.post('/v1/resume', {})
      await mended(daemon, first, where)
    }
    t.diagnostic(`${points} moments of death`)
    assert.ok(points > 5, `${points}`)
  })
})
