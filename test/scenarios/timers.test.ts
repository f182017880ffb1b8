/** Timers of a real daemon: they start their services, once for each elapse, whatever becomes of the daemon meanwhile. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import type { UnitView } from '../../src/api/contract.ts'
import { Sandbox } from '../support/sandbox.ts'

describe('a timer', () => {
  const sandbox = new Sandbox({ settings: { PRIVATE_PIDS: 'no' } })
  const runs = (name: string): number => {
    try {
      return readFileSync(join(sandbox.prefix, name), 'utf8').length
    } catch {
      return 0
    }
  }
  /** Each run writes one letter. */
  const job = (name: string): string =>
    `[Service]\nType=oneshot\nExecStart=/bin/sh -c 'printf x >>${join(sandbox.prefix, name)}'\n`
  const unit = async (name: string): Promise<UnitView> =>
    (await sandbox.status()).units.find((each) => each.name === name)!

  before(async () => {
    await sandbox.init()
    await sandbox.start()
  })
  after(() => sandbox.end())

  test('starts its service when it elapses, which a commit does not', async () => {
    const status = await sandbox.deploy({
      'soon.timer': '[Timer]\nOnActiveSec=1s\n',
      'soon.service': job('soon'),
      'late.timer': '[Timer]\nOnCalendar=2099-01-01 02:00\nOnCron=0 2 * * *\n',
      'late.service': job('late'),
    })
    assert.equal(status.sync, 'Synced')
    await sandbox.until(({ units }) =>
      units.some(({ name, subState }) => name === 'soon.timer' && subState === 'elapsed'),
    )
    assert.equal(runs('soon'), 1)
    assert.equal(runs('late'), 0)
    assert.equal((await sandbox.status()).health, 'Healthy')
  })

  test('is listed with its next and its last elapse, and stands in one line with its service', async () => {
    const entries = JSON.parse(
      (await sandbox.gitproc('list-timers', '-o', 'json')).stdout,
    ) as readonly Record<string, unknown>[]
    assert.deepEqual(
      entries.map(({ unit, activates, state }) => [unit, activates, state]),
      [
        ['late.timer', 'late.service', 'waiting'],
        ['soon.timer', 'soon.service', 'elapsed'],
      ],
    )
    assert.ok(Number(entries[1]?.['lastMs']) > Date.now() - 60_000)
    assert.match((await sandbox.gitproc('list-timers')).stdout, /02:00 +\d+h +- +late\.timer +late/)
    assert.match((await sandbox.gitproc('status', '--utc')).stdout, /◷ {2}late +next [^ ]*\d\d:00/)
  })

  test('by the calendar rings when the clock shows its time', async () => {
    await sandbox.deploy({ 'tick.timer': '[Timer]\nOnCalendar=*:*:*\n', 'tick.service': job('tick') })
    await sandbox.until(() => runs('tick') >= 2)
    await sandbox.deploy({ 'tick.timer': '', 'tick.service': '' })
  })

  test('that is due while the daemon is dead elapses when it comes back, once', async () => {
    await sandbox.deploy({ 'due.timer': '[Timer]\nOnActiveSec=1s\n', 'due.service': job('due') })
    await sandbox.kill()
    const before = runs('due')
    await delay(1500) // the time that passes without a daemon is what this is about
    await sandbox.start()
    await sandbox.until(({ units }) =>
      units.some(({ name, subState }) => name === 'due.timer' && subState === 'elapsed'),
    )
    assert.equal(before, 0)
    assert.equal(runs('due'), 1)
    await sandbox.kill()
    await sandbox.start()
    await sandbox.synced()
    assert.equal(runs('due'), 1)
  })

  test('does not run its job twice when the daemon dies in the middle of it', async () => {
    const slow = `[Service]\nType=oneshot\nExecStart=/bin/sh -c 'printf x >>${join(sandbox.prefix, 'slow')}; sleep 2'\n`
    await sandbox.deploy({ 'slow.timer': '[Timer]\nOnActiveSec=0\n', 'slow.service': slow })
    await sandbox.until(({ units }) =>
      units.some(({ name, mainPid }) => name === 'slow.service' && mainPid !== undefined),
    )
    await sandbox.kill()
    await sandbox.start()
    assert.equal((await unit('slow.timer')).subState, 'running')
    await sandbox.reaches('slow.timer', 'elapsed')
    assert.equal(runs('slow'), 1)
  })

  test('of a held service waits for the next elapse', async () => {
    await sandbox.deploy({
      'often.timer': '[Timer]\nOnActiveSec=1s\nOnUnitActiveSec=1s\n',
      'often.service': job('often'),
    })
    await sandbox.until(() => runs('often') > 0)
    await sandbox.gitproc('stop', 'often')
    const before = runs('often')
    await sandbox.until(({ units }) =>
      units.some(({ name, reason }) => name === 'often.timer' && /held/.test(reason)),
    )
    assert.equal(runs('often'), before)
    await sandbox.gitproc('resume', 'often')
    await sandbox.until(() => runs('often') > before)
  })

  test('is refused with a reason where nobody could tell when it elapses', async () => {
    await sandbox.commit({ 'bad.timer': '[Timer]\nOnCron=61 * * * *\n', 'bad.service': job('bad') })
    const { stdout, status } = await sandbox.gitproc('verify')
    assert.equal(status, 1)
    assert.match(
      stdout,
      /bad\.timer:2:8: error: OnCron= wants the five fields of crontab\(5\), got "61 \* \* \* \*"/,
    )
  })
})
