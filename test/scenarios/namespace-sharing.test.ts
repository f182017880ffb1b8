/** JoinsNamespaceOf=: services that have a network, IPC and /tmp in common, which the host has not. */
import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, it, test } from 'node:test'
import { byRoot, superviseIn } from '../support/host-supervisor.ts'
import { InsideView } from '../support/look-inside.ts'
import { Sandbox } from '../support/sandbox.ts'
import { untilSo } from '../support/until-so.ts'

const isRoot = process.getuid?.() === 0

/** `$` is for its shell. */
const unit = (script: string, more = '', privacy = ['Network', 'IPC', 'Tmp']): string =>
  [
    more,
    '[Service]\nType=exec',
    ...privacy.map((kind) => `Private${kind}=yes`),
    'TimeoutStopSec=5s',
    `ExecStart=/bin/sh -c '${script}; exec sleep 1000'`,
    '',
  ].join('\n')

const joins = (name: string): string => `[Unit]\nJoinsNamespaceOf=${name}\n`

describe('JoinsNamespaceOf=', { skip: isRoot ? false : 'needs root' }, () => {
  let view: InsideView

  beforeEach(async () => {
    view = await InsideView.open()
  })
  afterEach(() => view.close())

  const run = async (...names: readonly string[]): Promise<void> => {
    await Promise.all(names.map((name) => view.host.supervisor.start(name, byRoot)))
    // It sleeps when its script is over.
    await untilSo(() => names.every(isAsleep))
  }
  const isAsleep = (name: string): boolean => {
    const { mainPid, subState } = view.host.supervisor.status(name)!
    assert.notEqual(subState, 'failed', JSON.stringify(view.host.supervisor.status(name)))
    return mainPid !== undefined && readFileSync(`/proc/${mainPid}/comm`, 'utf8').trim() === 'sleep'
  }
  const end = async (name: string): Promise<void> => {
    await view.host.supervisor.stop(name, byRoot)
    await view.host.supervisor.settled()
  }
  const pidOf = (name: string): number => view.host.supervisor.status(name)!.mainPid!
  const space = (name: string, kind: string): string => readlinkSync(`/proc/${pidOf(name)}/ns/${kind}`)
  const host = (kind: string): string => readlinkSync(`/proc/self/ns/${kind}`)
  const inTmp = (name: string): readonly string[] => readdirSync(`/proc/${pidOf(name)}/root/tmp`).sort()

  const shareAll = (one: string, other: string): void => {
    for (const kind of ['net', 'ipc']) {
      assert.equal(space(one, kind), space(other, kind))
      assert.notEqual(space(one, kind), host(kind))
    }
    assert.deepEqual(inTmp(one), inTmp(other))
  }

  for (const [title, order] of [
    ['the one that names the other starts last', [['web.service'], ['log.service']]],
    ['the one that names the other starts first', [['log.service'], ['web.service']]],
    ['both start at once', [['web.service', 'log.service']]],
  ] as const)
    it(`two services share what both keep from the host: ${title}`, async () => {
      view.host.define({
        'web.service': unit('echo hi >/tmp/web'),
        'log.service': unit('echo hi >/tmp/log', joins('web.service')),
      })
      for (const names of order) await run(...names)
      shareAll('web.service', 'log.service')
      assert.deepEqual(inTmp('web.service'), ['log', 'web'])
      assert.ok(!existsSync('/tmp/web'))
    })

  it('one reaches the other by the loopback device of their network', async () => {
    const listen =
      'use Socket; socket S,2,1,0; setsockopt S,1,2,1; bind S,pack_sockaddr_in(7,INADDR_LOOPBACK) or die; listen S,9; accept C,S; print C q(hello); close C; sleep'
    view.host.define({
      'web.service': `[Service]\nPrivateNetwork=yes\nExecStart=/usr/bin/perl -e "${listen}"\n`,
      'ask.service':
        '[Unit]\nJoinsNamespaceOf=web.service\n[Service]\nPrivateNetwork=yes\nType=oneshot\nRestart=on-failure\nRestartSec=50ms\nStartLimitBurst=0\n' +
        'ExecStart=/usr/bin/perl -e "use Socket; socket S,2,1,0; connect S,pack_sockaddr_in(7,INADDR_LOOPBACK) or die; print <S>"\n',
    })
    await view.host.supervisor.start('web.service', byRoot)
    await view.host.supervisor.start('ask.service', byRoot)
    await view.host.until('ask.service', 'dead', 'failed')
    assert.equal(view.host.output('ask.service'), 'hello')
  })

  it('what only one of them keeps from the host is its own', async () => {
    view.host.define({
      'web.service': unit('true', '', ['Network']),
      'log.service': unit('echo >/tmp/log', joins('web.service'), ['Tmp', 'IPC', 'Network']),
    })
    await run('web.service')
    await run('log.service')
    assert.equal(space('web.service', 'net'), space('log.service', 'net'))
    assert.equal(space('web.service', 'ipc'), host('ipc'))
    assert.notEqual(space('log.service', 'ipc'), host('ipc'))
    assert.deepEqual(inTmp('log.service'), ['log'])
    assert.ok(!existsSync('/tmp/log'))
  })

  it('one that starts again finds what the other has kept, and the last one takes all along', async () => {
    view.host.define({
      'web.service': unit('true'),
      'log.service': unit('echo >/tmp/log', joins('web.service')),
    })
    await run('web.service')
    await run('log.service')
    const net = space('log.service', 'net')
    const tmp = (): readonly string[] =>
      readdirSync(tmpdir()).filter((name) => name.startsWith('gitproc-private-'))
    const [folder] = tmp().filter((name) => existsSync(join(tmpdir(), name, 'tmp/log')))
    assert.ok(folder)
    await end('web.service')
    await run('web.service')
    assert.equal(space('web.service', 'net'), net)
    assert.deepEqual(inTmp('web.service'), ['log'])
    await end('log.service')
    await end('web.service')
    assert.ok(!tmp().includes(folder))
    assert.deepEqual(readdirSync(view.path('notify', 'namespaces')), [])
    assert.doesNotMatch(readFileSync('/proc/self/mountinfo', 'utf8'), new RegExp(view.prefix))
    await run('web.service')
    assert.deepEqual(inTmp('web.service'), [])
  })

  it('a commit may add one to a service that runs already', async () => {
    view.host.define({ 'web.service': unit('echo >/tmp/web') })
    await run('web.service')
    view.host.define({ 'log.service': unit('true', joins('web.service')) })
    await run('log.service')
    shareAll('web.service', 'log.service')
    assert.deepEqual(inTmp('log.service'), ['web'])
    await end('web.service')
    assert.deepEqual(inTmp('log.service'), ['web'])
  })

  it('a service that an earlier daemon started is joined where it is, whatever was run for it meanwhile', async () => {
    const web = unit('true').replace('ExecStart=', 'ExecReload=/bin/true\nExecStart=')
    view.host.define({ 'web.service': web })
    await run('web.service')
    await view.host.close()
    view = new InsideView(view.prefix, await superviseIn(view.prefix))
    view.host.define({ 'web.service': web, 'log.service': unit('true', joins('web.service')) })
    await view.host.supervisor.adopt()
    await view.host.supervisor.reload('web.service', byRoot)
    await run('log.service')
    shareAll('web.service', 'log.service')
  })

  it('a service of another network namespace is not joined by who names nobody', async () => {
    view.host.define({ 'web.service': unit('true'), 'log.service': unit('true') })
    await run('web.service', 'log.service')
    assert.notEqual(space('web.service', 'net'), space('log.service', 'net'))
  })
})

test('services that share go on sharing when the daemon was killed and one of them is started anew', {
  skip: isRoot ? false : 'needs root',
  timeout: 120_000,
}, async (context) => {
  const sandbox = new Sandbox()
  context.after(() => sandbox.end())
  await sandbox.init({
    'web.service': unit('true'),
    'log.service': unit('true', '[Unit]\nJoinsNamespaceOf=web.service\nAfter=web.service'),
    'third.service': unit('true', '[Unit]\nJoinsNamespaceOf=log.service\nAfter=log.service'),
  })
  await sandbox.start()
  assert.equal((await sandbox.synced()).health, 'Healthy', sandbox.daemonOutput)
  const spaces = async (kind: string): Promise<ReadonlySet<string>> => {
    const names = ['web.service', 'log.service', 'third.service']
    const pids = await Promise.all(names.map(async (name) => (await sandbox.unit(name)).mainPid))
    return new Set(pids.map((pid) => readlinkSync(`/proc/${pid}/ns/${kind}`)))
  }
  const before = [...(await spaces('net')), ...(await spaces('ipc'))]
  const { mainPid } = await sandbox.unit('web.service')
  await sandbox.kill()
  process.kill(mainPid!, 'SIGKILL')
  await sandbox.start()
  await sandbox.gitproc('restart', 'web', 'log')
  assert.deepEqual([...(await spaces('net')), ...(await spaces('ipc'))], before)
  await sandbox.gitproc('stop', 'web', 'log', 'third')
  // A stop is over before all that its unit left is removed.
  await untilSo(() => !readFileSync('/proc/self/mountinfo', 'utf8').includes(sandbox.prefix))
})
