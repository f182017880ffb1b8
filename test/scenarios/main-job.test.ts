/** The main job, as a user does it: commits become running services. */
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { Sandbox } from '../support/sandbox.ts'

const sleeper = (extra = ''): string => `[Service]\nExecStart=/bin/sleep 1000\n${extra}\n`
const shell = (script: string, extra = ''): string =>
  `[Service]\nExecStart=/bin/sh -c '${script}'\n${extra}\n`

describe('a commit becomes running services', () => {
  const sandbox = new Sandbox()
  before(async () => {
    await sandbox.init({ 'web.service': sleeper(), 'db.service': sleeper() })
    await sandbox.start()
    await sandbox.synced()
  })
  after(() => sandbox.end())

  test('status shows every unit running, synced and healthy', async () => {
    const status = await sandbox.status()
    assert.equal(status.sync, 'Synced')
    assert.equal(status.health, 'Healthy')
    assert.deepEqual(status.units.map((unit) => `${unit.name} ${unit.subState}`).sort(), [
      'db.service running',
      'web.service running',
    ])
  })

  test('a comment and another order of keys move nothing', async () => {
    const before = await sandbox.unit('web.service')
    const status = await sandbox.deploy({ 'web.service': `# a comment\n${sleeper()}` })
    assert.equal(status.sync, 'Synced')
    assert.equal((await sandbox.unit('web.service')).mainPid, before.mainPid)
  })

  test('a changed command restarts that unit and no other', async () => {
    const [web, db] = [await sandbox.unit('web.service'), await sandbox.unit('db.service')]
    await sandbox.deploy({ 'web.service': '[Service]\nExecStart=/bin/sleep 2000\n' })
    assert.notEqual((await sandbox.unit('web.service')).mainPid, web.mainPid)
    assert.equal((await sandbox.unit('db.service')).mainPid, db.mainPid)
    const cmdline = readFileSync(`/proc/${(await sandbox.unit('web.service')).mainPid}/cmdline`, 'utf8')
    assert.equal(cmdline, '/bin/sleep\x002000\0')
  })

  test('a new memory limit needs no new pid', async () => {
    const { mainPid } = await sandbox.unit('db.service')
    const status = await sandbox.deploy({ 'db.service': sleeper('MemoryMax=64M') })
    assert.equal(status.sync, 'Synced')
    assert.equal((await sandbox.unit('db.service')).mainPid, mainPid)
  })

  test('an error in one of five units changes nothing, and every error is named at once', async () => {
    const before = await sandbox.status()
    await sandbox.commit({
      'one.service': sleeper(),
      'two.service': '[Service]\nRestart=always\n',
      'three.service': '[Unit]\nRequires=nowhere.service\n[Service]\nExecStart=/bin/true\n',
      'four.service': sleeper(),
      'five.service': sleeper(),
    })
    const status = await sandbox.synced()
    assert.equal(status.syncReason, 'Refused')
    assert.deepEqual(
      status.units.map((unit) => [unit.name, unit.mainPid]),
      before.units.map((unit) => [unit.name, unit.mainPid]),
    )
    const places = status.diagnostics
      .filter((entry) => entry.severity === 'error')
      .map(({ position }) => position.file)
    assert.deepEqual([...new Set(places)].sort(), ['three.service', 'two.service'])
    const shown = await sandbox.gitproc('status')
    assert.match(shown.stdout, /two\.service:\d+/)
    assert.match(shown.stdout, /three\.service:2/)
    await sandbox.git('revert', '--no-edit', 'HEAD')
    assert.equal((await sandbox.synced()).sync, 'Synced')
  })

  test('a removed file stops its unit, and rollback runs it again by a new commit', async () => {
    await sandbox.deploy({ 'web.service': '' })
    assert.equal((await sandbox.status()).units.length, 1)
    const rolled = await sandbox.gitproc('rollback', 'HEAD~1', '--yes', '--wait')
    assert.equal(rolled.status, 0, rolled.stderr)
    assert.equal((await sandbox.unit('web.service')).subState, 'running')
    assert.ok(existsSync(join(sandbox.repo, 'web.service')))
    assert.match(await sandbox.git('log', '-1', '--format=%B'), /Roll back to/)
    assert.equal(await sandbox.git('status', '--porcelain'), '')
  })

  test('a rollback over uncommitted work is refused and says which file', async () => {
    const { writeFileSync } = await import('node:fs')
    await sandbox.deploy({ 'web.service': sleeper('UMask=027') })
    writeFileSync(join(sandbox.repo, 'web.service'), '[Service]\nExecStart=/bin/sleep 3\n')
    const refused = await sandbox.gitproc('rollback', 'HEAD~1', '--yes')
    assert.notEqual(refused.status, 0)
    assert.match(refused.stderr, /web\.service/)
    assert.match(readFileSync(join(sandbox.repo, 'web.service'), 'utf8'), /sleep 3/)
    await sandbox.git('checkout', '-q', '--', 'web.service')
  })

  test('what a service writes stands in its logs, with its name', async () => {
    await sandbox.deploy({ 'talk.service': shell('echo hello; echo trouble >&2; exec sleep 1000') })
    const logs = await sandbox.gitproc('logs', 'talk')
    assert.match(logs.stdout, /talk.*hello/)
    assert.match(logs.stdout, /talk E trouble/)
  })
})

describe('a hold', () => {
  const sandbox = new Sandbox()
  before(async () => {
    await sandbox.init({ 'web.service': sleeper('Restart=always') })
    await sandbox.start()
    await sandbox.synced()
  })
  after(() => sandbox.end())

  test('outlives commits and the daemon, is shown with who and why, and ends with start', async () => {
    const stopped = await sandbox.gitproc('stop', 'web', '--reason', 'too noisy')
    assert.equal(stopped.status, 0, stopped.stderr)
    await sandbox.deploy({ 'web.service': sleeper('Restart=always\nUMask=027') })
    await sandbox.kill()
    await sandbox.start()
    const status = await sandbox.synced()
    assert.equal(status.syncReason, 'Held')
    assert.equal(status.units[0]?.subState, 'dead')
    assert.match((await sandbox.gitproc('status')).stdout, /held.*too noisy/s)
    await sandbox.gitproc('start', 'web', '--wait')
    assert.equal((await sandbox.unit('web.service')).subState, 'running')
    assert.equal((await sandbox.synced()).sync, 'Synced')
  })
})

describe('dependencies', () => {
  // A service of Type=simple counts as started before it can fail: the deployment has to look at it for a while.
  const sandbox = new Sandbox({ settings: { SETTLE: '1s' } })
  before(() => sandbox.init())
  after(() => sandbox.end())

  test('a unit after a oneshot starts when that has ended', async () => {
    const file = join(sandbox.prefix, 'migrated')
    await sandbox.commit({
      'migrate.service': shell(`sleep 0.3; echo done >${file}`, 'Type=oneshot'),
      'web.service': `[Unit]\nAfter=migrate.service\nRequires=migrate.service\n${shell(`cat ${file}; exec sleep 1000`)}`,
    })
    await sandbox.start()
    const status = await sandbox.synced()
    assert.equal(status.health, 'Healthy')
    assert.equal(sandbox.readLog('web.service'), 'done\n')
  })

  test('a commit whose new unit fails is taken back whole', async () => {
    const before = await sandbox.unit('web.service')
    const status = await sandbox.deploy({ 'bad.service': shell('exit 78'), 'good.service': sleeper() })
    assert.equal(status.syncReason, 'RolledBack')
    assert.deepEqual(status.units.map((unit) => unit.name).sort(), ['migrate.service', 'web.service'])
    assert.equal((await sandbox.unit('web.service')).mainPid, before.mainPid)
    assert.match((await sandbox.gitproc('history')).stdout, /RolledBack/)
  })
})

describe('bad circumstances end in one sentence and a next step', () => {
  const sandbox = new Sandbox()
  after(() => sandbox.end())

  const refuses = async (args: readonly string[], words: RegExp): Promise<void> => {
    const { status, stderr, stdout } = await sandbox.gitproc(...args)
    assert.notEqual(status, 0, stdout)
    assert.match(stderr, words)
    assert.doesNotMatch(stderr, /\n {4}at /, 'a stack trace is no sentence')
  }

  test('no daemon', () => refuses(['status'], /not running.*\n.*gitproc daemon/s))
  test('no repository', () => refuses(['daemon'], /no git repository.*\n.*gitproc init/s))
  test('an unknown command', () => refuses(['stauts'], /status/))

  test('no such branch', async () => {
    await sandbox.init({ 'web.service': sleeper() })
    await refuses(['daemon', '--watch-branch', 'nowhere'], /no branch.*nowhere/s)
  })

  test('an unknown unit and a bad revision, with the nearest names', async () => {
    await sandbox.start()
    await sandbox.synced()
    await refuses(['restart', 'wbe'], /web/)
    await refuses(['plan', 'deadbeef'], /deadbeef/)
    await refuses(['rollback', 'nonsense', '--yes'], /nonsense/)
  })

  test('a second daemon on the same state says which pid holds it', () =>
    refuses(['daemon'], new RegExp(`${sandbox.daemonPid}`)))

  test('a stale lock and socket are no obstacle', async () => {
    await sandbox.kill()
    await sandbox.start()
    assert.equal((await sandbox.synced()).health, 'Healthy')
  })
})
