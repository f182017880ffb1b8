/** The command line as a whole process: statuses, streams, closed pipes. No daemon runs here. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { commandTable } from '../../src/cli/command-table.ts'
import { Sandbox } from '../support/sandbox.ts'

describe('the command line', () => {
  const sandbox = new Sandbox()
  before(() => sandbox.init({ 'web.service': '[Service]\nExecStart=/bin/sleep 1000\n' }))
  after(() => sandbox.end())

  test('every command has a help page with flags and examples', async () => {
    for (const name of Object.keys(commandTable)) {
      const { stdout, status } = await sandbox.gitproc(name, '--help')
      assert.equal(status, 0, name)
      assert.match(stdout, /USAGE\n +\$ gitproc /, name)
      assert.match(stdout, /EXAMPLES/, name)
    }
  })

  test('what fails leaves stdout clean and says its sentence on stderr', async () => {
    for (const [args, status] of [
      [['status'], 3],
      [['stauts'], 64],
      [['status', '--sokcet', 'x'], 64],
      [['plan', 'nonsense'], 4],
      [['cat', 'wbe'], 4],
      [['logs', 'wbe'], 4],
      [['restart'], 64],
      [['status', '--config', '/nowhere/at/all'], 64],
    ] as const) {
      const ran = await sandbox.gitproc(...args)
      assert.equal(ran.status, status, `${args.join(' ')}: ${ran.stderr}`)
      assert.equal(ran.stdout, '', args.join(' '))
      assert.match(ran.stderr, /^(The daemon is not running.*\n)?gitproc: /, args.join(' '))
    }
  })

  test('plan needs no daemon: 2 when there are changes, and between two revisions what they are', async () => {
    const first = await sandbox.gitproc('plan')
    assert.equal(first.status, 2)
    assert.match(first.stdout, /\+ web /)
    await sandbox.commit({ 'web.service': '[Service]\nExecStart=/bin/sleep 1000\nMemoryMax=64M\n' })
    const between = await sandbox.gitproc('plan', '--from', 'HEAD~1')
    assert.match(between.stdout, /MemoryMax= \(unset\) → 64M +live/)
    assert.equal((await sandbox.gitproc('plan', '--from', 'HEAD')).status, 0)
  })

  test('cat and show read the committed unit, not the edited one', async () => {
    writeFileSync(join(sandbox.repo, 'web.service'), 'nonsense')
    assert.match(
      (await sandbox.gitproc('cat', 'web')).stdout,
      /# web\.service\n\[Service\]\nExecStart=\/bin\/sleep 1000/,
    )
    const shown = JSON.parse((await sandbox.gitproc('show', 'web', '-o', 'json')).stdout)
    assert.equal(shown.loaded_as, 'web.service')
    await sandbox.git('checkout', '-q', '--', 'web.service')
  })

  test('verify ends with 1 on an error, and prints a form for CI systems', async () => {
    writeFileSync(join(sandbox.repo, 'bad.service'), '[Service]\nRestart=always\n')
    const text = await sandbox.gitproc('verify')
    assert.equal(text.status, 1)
    assert.match(text.stdout, /bad\.service:\d+:\d+: error: /)
    assert.match((await sandbox.gitproc('verify', '-o', 'github')).stdout, /^::error file=/)
    assert.equal((await sandbox.gitproc('verify', 'HEAD')).status, 0)
    await sandbox.git('clean', '-fq')
  })

  test('init twice touches nothing; its hook refuses a bad commit and lets a good one pass', async () => {
    const again = await sandbox.gitproc('init', '--hook')
    assert.match(again.stdout, /already; it stays as it is/)
    const hook = join(sandbox.repo, '.git', 'hooks', 'pre-commit')
    assert.ok(existsSync(hook))
    assert.match(readFileSync(hook, 'utf8'), /verify/)
  })

  test('who stops reading our output ends it quietly', async () => {
    const entry = join(
      import.meta.dirname,
      '..',
      '..',
      process.env['GITPROC_ENTRY'] ?? join('src', 'cli', 'main.ts'),
    )
    const child = spawn(process.execPath, [entry, 'help'], {
      env: sandbox.env,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    child.stdout.destroy()
    let errors = ''
    child.stderr.on('data', (chunk) => {
      errors += chunk
    })
    const [status] = await once(child, 'exit')
    assert.equal(errors, '')
    assert.equal(status, 0)
  })
})

describe('a daemon in the background', () => {
  const sandbox = new Sandbox()
  after(() => sandbox.end())

  test('that cannot start says why', async () => {
    const { status, stderr } = await sandbox.gitproc('daemon', '--detach')
    assert.notEqual(status, 0)
    assert.match(stderr, /^gitproc: there is no git repository|^gitproc: no git repository|repository/)
  })

  test('answers when the command returns, and ends on request while services go on', async () => {
    await sandbox.init({ 'web.service': '[Service]\nExecStart=/bin/sleep 1000\n' })
    const detached = await sandbox.gitproc('daemon', '--detach')
    assert.equal(detached.status, 0, detached.stderr)
    await sandbox.gitproc('sync')
    const { mainPid } = await sandbox.unit('web.service')
    assert.match((await sandbox.gitproc('daemon', '--detach')).stdout, /running already: pid \d+/)
    assert.equal((await sandbox.gitproc('daemon', '--stop')).status, 0)
    assert.ok(existsSync(`/proc/${mainPid}`))
    assert.equal((await sandbox.gitproc('status')).status, 3)
    await sandbox.gitproc('daemon', '--detach')
    assert.equal((await sandbox.unit('web.service')).mainPid, mainPid)
    await sandbox.gitproc('stop', 'web', '--no-hold')
    const stopped = await sandbox.unit('web.service')
    assert.deepEqual([stopped.subState, stopped.hold], ['dead', undefined])
    await sandbox.gitproc('start', 'web')
    const ended = await sandbox.gitproc('stop', '--all')
    assert.equal(ended.status, 0, ended.stderr)
    assert.ok(!existsSync(`/proc/${mainPid}`))
    await sandbox.gitproc('daemon', '--stop')
  })
})
