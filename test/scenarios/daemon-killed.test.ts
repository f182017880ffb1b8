/** The daemon is killed at random moments: no pid changes, nothing starts twice, no line and no exit status is lost. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { Sandbox } from '../support/sandbox.ts'

const kills = 15

/** Each start appends its pid to a file, so that a second start cannot hide. */
const counted = (prefix: string, name: string, script: string, extra = ''): string =>
  `[Service]\nExecStart=/bin/sh -c 'echo $$$$ >>${join(prefix, `${name}.starts`)}; ${script}'\n${extra}\n`

const startsOf = (sandbox: Sandbox, name: string): readonly string[] =>
  readFileSync(join(sandbox.prefix, `${name}.starts`), 'utf8')
    .trim()
    .split('\n')

describe('a daemon killed with SIGKILL', () => {
  const sandbox = new Sandbox({ settings: { PRIVATE_PIDS: 'no' } })
  before(async () => {
    await sandbox.init({
      'steady.service': counted(sandbox.prefix, 'steady', 'exec sleep 1000'),
      'writer.service': counted(
        sandbox.prefix,
        'writer',
        'n=0; while [ $$n -lt 100000 ]; do n=$$((n+1)); echo line $$n; sleep 0.01; done',
      ),
      'crasher.service': counted(
        sandbox.prefix,
        'crasher',
        'sleep 0.2; exit 7',
        'Restart=always\nRestartSec=0\nStartLimitBurst=0',
      ),
    })
    await sandbox.start()
    await sandbox.synced()
  })
  after(() => sandbox.end())

  test(`${kills} times at random moments loses nothing and starts nothing twice`, async () => {
    const steady = (await sandbox.unit('steady.service')).mainPid
    for (let round = 0; round < kills; round++) {
      await delay(Math.random() * 150) // the moment is to be random; nothing is waited for
      await sandbox.kill()
      await sandbox.start()
      const unit = await sandbox.unit('steady.service')
      assert.equal(unit.mainPid, steady, `round ${round}: ${JSON.stringify(unit)}`)
    }
    assert.equal(startsOf(sandbox, 'steady').length, 1)
    assert.equal(startsOf(sandbox, 'writer').length, 1)
    const lines = sandbox.readLog('writer.service').trim().split('\n')
    assert.deepEqual(
      lines,
      lines.map((_, index) => `line ${index + 1}`),
    )
  })

  test('shows the exit status of what ended meanwhile, and its restart policy is honoured', async () => {
    const crasher = await sandbox.unit('crasher.service')
    assert.deepEqual(crasher.lastExit?.exit, { kind: 'exited', code: 7 })
    const count = startsOf(sandbox, 'crasher').length
    await sandbox.until(() => startsOf(sandbox, 'crasher').length > count)
    assert.equal(new Set(startsOf(sandbox, 'crasher')).size, startsOf(sandbox, 'crasher').length)
  })

  test('while a deployment is under way ends in exactly the new state', async () => {
    await sandbox.commit({ 'new.service': counted(sandbox.prefix, 'new', 'exec sleep 1000') })
    await sandbox.kill()
    await sandbox.start()
    const status = await sandbox.synced()
    assert.equal(status.sync, 'Synced')
    assert.equal(startsOf(sandbox, 'new').length, 1)
  })
})
