/** A commit that fails is taken back and stays out: through a hundred looks at the branch, later commits, and deaths of the daemon. */
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { HistoryAnswer, StatusAnswer } from '../../src/api/contract.ts'
import { Sandbox } from '../support/sandbox.ts'

const polls = 100

describe('a commit that failed and was taken back', () => {
  const sandbox = new Sandbox({ settings: { PRIVATE_PIDS: 'no' } })
  const service = (name: string, ending: string): string =>
    `[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=/bin/sh -c 'echo x >>${join(sandbox.prefix, name)}; ${ending}'\n`
  const starts = (name: string): number => {
    const file = join(sandbox.prefix, name)
    return existsSync(file) ? readFileSync(file, 'utf8').split('\n').length - 1 : 0
  }
  const history = async () => (await sandbox.get<HistoryAnswer>('/v1/history?limit=1000')).generations
  const sync = async (): Promise<StatusAnswer> => {
    await sandbox.post('/v1/sync', { wait: true })
    return sandbox.status()
  }
  const restart = async (): Promise<void> => {
    await sandbox.kill()
    await sandbox.start()
  }
  /** Nothing moves, however often the branch is looked at. */
  const stays = async (expected: Readonly<Record<string, number>>): Promise<void> => {
    const before = (await history()).length
    for (let poll = 0; poll < polls; poll++) await sandbox.post('/v1/sync', { wait: true })
    assert.deepEqual(Object.fromEntries(Object.keys(expected).map((name) => [name, starts(name)])), expected)
    assert.equal((await history()).length, before, 'no generation was made')
  }

  before(async () => {
    await sandbox.init({ 'web.service': service('web', 'exit 0'), 'db.service': service('db', 'exit 0') })
    await sandbox.start()
    await sync()
  })
  after(() => sandbox.end())

  test('is applied again by none of a hundred looks', async () => {
    await sandbox.commit({
      'web.service': service('web-bad', 'exit 7'),
      'also.service': service('also', 'exit 0'),
    })
    const status = await sync()
    assert.equal(status.syncReason, 'RolledBack')
    assert.deepEqual(status.units.map(({ name, subState }) => `${name} ${subState}`).sort(), [
      'db.service exited',
      'web.service exited',
    ])
    await stays({ web: 2, 'web-bad': 1, db: 1 })
  })

  test('nor after the daemon was killed', async () => {
    await restart()
    assert.equal((await sync()).syncReason, 'RolledBack')
    await stays({ web: 2, 'web-bad': 1, db: 1 })
  })

  test('stays out while an unrelated commit on top of it rolls out', async () => {
    await sandbox.commit({ 'db.service': service('db-new', 'exit 0') })
    const status = await sync()
    assert.equal(status.syncReason, 'RolledBack', 'what failed is still asked for')
    assert.deepEqual(status.units.map(({ name, subState }) => `${name} ${subState}`).sort(), [
      'also.service exited',
      'db.service exited',
      'web.service exited',
    ])
    await stays({ web: 2, 'web-bad': 1, db: 1, 'db-new': 1, also: starts('also') })
    assert.match((await sandbox.gitproc('status')).stdout, /web\.service .* was taken back and stays out/)
  })

  test('nor is it applied after another death of the daemon', async () => {
    await restart()
    await sync()
    await stays({ web: 2, 'web-bad': 1, db: 1, 'db-new': 1 })
  })

  test('is replaced at once by the commit that mends it, across a restart, too', async () => {
    await sandbox.commit({ 'web.service': service('web-good', 'exit 0') })
    const status = await sandbox.until(({ sync, health }) => sync === 'Synced' && health === 'Healthy')
    assert.equal(status.syncReason, undefined)
    await restart()
    assert.equal((await sync()).sync, 'Synced')
    await stays({ web: 2, 'web-bad': 1, 'web-good': 1, db: 1, 'db-new': 1 })
  })
})
