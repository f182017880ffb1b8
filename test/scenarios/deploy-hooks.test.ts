/** Units that a deployment runs before it moves anything, after everything is up, and when it was taken back. */
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { HistoryAnswer } from '../../src/api/contract.ts'
import { Sandbox } from '../support/sandbox.ts'

describe('hooks of a deployment', () => {
  const sandbox = new Sandbox({ settings: { PRIVATE_PIDS: 'no' } })
  const diary = join(sandbox.prefix, 'diary')
  const sleeper = (extra = ''): string => `[Service]\nExecStart=/bin/sleep 1000\n${extra}\n`
  const hook = (kind: string, then = 'exit 0'): string =>
    `[Service]\nType=oneshot\nExecStart=/bin/sh -c 'echo ${kind} $$GITPROC_REVISION $$GITPROC_PREVIOUS $$GITPROC_GENERATION $$GITPROC_UNITS >>${diary}; ${then}'\n[Install]\nX-DeployHook=${kind}\n`
  const entries = (): readonly string[] =>
    existsSync(diary) ? readFileSync(diary, 'utf8').trim().split('\n') : []
  const newest = async () => (await sandbox.get<HistoryAnswer>('/v1/history')).generations
  const sync = async () => {
    await sandbox.post('/v1/sync', { wait: true })
    return sandbox.status()
  }
  /** A person's sync would try a commit again whose hook failed. */
  const takenBack = (sha: string) =>
    sandbox.until(
      (status) => status.syncReason === 'RolledBack' && status.pending?.revision.sha === sha && isOver(),
    )
  const isOver = (): boolean => entries().at(-1)?.startsWith('SyncFail') === true
  let first = ''

  before(async () => {
    await sandbox.init()
    first = await sandbox.commit({
      'web.service': sleeper(),
      'migrate.service': hook('PreSync'),
      'smoke.service': hook('PostSync'),
      'alarm.service': hook('SyncFail'),
    })
    await sandbox.start()
    await sync()
  })
  after(() => sandbox.end())

  test('run before and after what moves, and know what is deployed', async () => {
    assert.deepEqual(entries(), [`PreSync ${first} 1 web.service`, `PostSync ${first} 1 web.service`])
    const { stdout } = await sandbox.gitproc('history')
    assert.match(stdout, /Healthy/)
    assert.equal((await sandbox.status()).health, 'Healthy')
  })

  test('are left alone by looks at the branch, by a restart of the daemon, and by a commit that moves nothing', async () => {
    await sync()
    await sandbox.kill()
    await sandbox.start()
    await sync()
    await sandbox.commit({ 'web.service': `# a comment\n${sleeper()}` })
    assert.equal((await sync()).sync, 'Synced')
    assert.equal(entries().length, 2)
  })

  test('stand in the plan', async () => {
    await sandbox.git('checkout', '-q', '-b', 'next')
    const next = await sandbox.commit({ 'web.service': sleeper('UMask=077') })
    const { stdout } = await sandbox.gitproc('plan', 'next')
    assert.match(stdout, /migrate.*PreSync hook[\s\S]*web.*UMask=[\s\S]*smoke.*PostSync hook/)
    const previous = await sandbox.git('rev-parse', 'main')
    await sandbox.git('checkout', '-q', 'main')
    await sandbox.git('merge', '-q', 'next')
    assert.equal((await sync()).sync, 'Synced')
    const [generation] = await newest()
    assert.deepEqual(
      generation!.steps.map(({ step, result }) => `${step.verb} ${step.unit}: ${step.reason}, ${result}`),
      [
        'start migrate.service: PreSync hook, done',
        'restart web.service: UMask= changed, ready',
        'start smoke.service: PostSync hook, done',
      ],
    )
    assert.equal(entries().at(-1), `PostSync ${next} ${previous} ${generation!.number} web.service`)
  })

  test('stop a commit before anything moves', async () => {
    const before = await sandbox.unit('web.service')
    const count = entries().length
    const bad = await sandbox.commit({
      'web.service': sleeper('UMask=027'),
      'migrate.service': hook('PreSync', 'exit 3'),
    })
    await takenBack(bad)
    assert.equal((await sandbox.unit('web.service')).mainPid, before.mainPid)
    assert.deepEqual(
      entries()
        .slice(count)
        .map((line) => line.split(' ')[0]),
      ['PreSync', 'SyncFail'],
    )
    assert.match(entries().at(-1)!, new RegExp(`^SyncFail \\w+ ${bad} `))
    const taken = (await newest()).find(({ revision }) => revision.sha === bad)
    assert.match(`${taken?.outcome} ${taken?.reason}`, /RolledBack migrate\.service: exited 3/)
    await sandbox.kill()
    await sandbox.start()
    const { pending } = await sandbox.until((now) => now.syncReason === 'RolledBack')
    assert.equal(entries().length, count + 2, 'nothing of it runs again by itself')
    assert.deepEqual([pending?.why, pending?.remedy], ['migrate.service: exited 3', 'gitproc sync'])
  })

  test('take a commit back after it is up', async () => {
    const count = entries().length
    const { mainPid } = await sandbox.unit('web.service')
    const bad = await sandbox.commit({
      'web.service': sleeper('UMask=027'),
      'migrate.service': hook('PreSync'),
      'smoke.service': hook('PostSync', 'exit 4'),
      'new.service': sleeper(),
    })
    await takenBack(bad)
    // The hooks of the way back may end a moment after the commit counts as taken back.
    await sandbox.until(
      ({ units }) => units.flatMap(({ name, mainPid: pid }) => (pid ? name : [])).join() === 'web.service',
    )
    assert.notEqual((await sandbox.unit('web.service')).mainPid, mainPid, 'it had moved, and moved back')
    assert.deepEqual(
      entries()
        .slice(count)
        .map((line) => line.split(' ')[0]),
      ['PreSync', 'PostSync', 'SyncFail'],
    )
  })

  test('run again where a death of the daemon cut their deployment short', async () => {
    const gate = join(sandbox.prefix, 'gate')
    const count = entries().length
    await sandbox.commit({
      'web.service': sleeper('UMask=007'),
      'new.service': '',
      'smoke.service': hook('PostSync', `while [ ! -e ${gate} ]; do sleep 0.05; done`),
    })
    await sandbox.reaches('smoke.service', 'start')
    await sandbox.kill()
    assert.equal(entries().length, count + 2)
    await sandbox.start()
    await sandbox.exec('touch', [gate])
    const status = await sandbox.until(({ sync: now }) => now === 'Synced')
    assert.equal(status.health, 'Healthy')
    const [generation] = await newest()
    assert.deepEqual(
      generation!.steps.map(({ step, result }) => `${step.unit} ${result}`),
      ['migrate.service done', 'smoke.service done'],
    )
    const after = entries().length
    await sync()
    assert.equal(entries().length, after)
  })

  test('must be oneshots, and say so', async () => {
    await sandbox.commit({
      'bad.service': '[Service]\nExecStart=/bin/sleep 1\n[Install]\nDeployHook=PreSync\n',
    })
    const status = await sync()
    assert.equal(status.syncReason, 'Refused')
    assert.match(
      status.diagnostics.map(({ message }) => message).join(),
      /DeployHook=PreSync is for Type=oneshot only/,
    )
  })
})
