/** Units whose processes are held where they are, and signals to them. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { Sandbox } from '../support/sandbox.ts'
import { untilWritten } from '../support/until-written.ts'

const start = async (
  context: TestContext,
  files: Readonly<Record<string, string>>,
  settings: Readonly<Record<string, string>> = {},
): Promise<Sandbox> => {
  const sandbox = new Sandbox({ settings })
  context.after(() => sandbox.end())
  await sandbox.init(files)
  await sandbox.start()
  await sandbox.synced()
  return sandbox
}

/** The state letter of proc(5), and of its children. */
const statesOf = (pid: number): string => {
  const of = (each: number): string =>
    readFileSync(`/proc/${each}/stat`, 'utf8').replace(/^.*\) (.).*$/s, '$1')
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean)
  return [pid, ...children.map(Number)].map(of).join('')
}

const cpuTicks = (pid: number): number => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ')
  return Number(fields[11]) + Number(fields[12])
}

const busy = `[Service]\nExecStart=/bin/sh -c 'while :; do :; done'\nNice=19\nTimeoutStopSec=30s\n`

for (const cgroups of ['auto', 'none'] as const)
  test(`a frozen unit stands still, over a death of the daemon too, until it is thawed (cgroup_root = ${cgroups})`, async (context) => {
    const sandbox = await start(
      context,
      { 'busy.service': busy },
      { CGROUP_ROOT: cgroups, PRIVATE_PIDS: 'no' },
    )
    const { mainPid } = await sandbox.unit('busy.service')
    const frozen = await sandbox.gitproc('freeze', 'busy')
    assert.equal(frozen.status, 0, frozen.stderr)
    assert.match(frozen.stdout, /busy: frozen/)
    const ticks = cpuTicks(mainPid!)
    await sandbox.kill()
    await sandbox.start()
    assert.equal((await sandbox.unit('busy.service')).isFrozen, true)
    assert.match((await sandbox.gitproc('status')).stdout, /busy.*frozen/)
    assert.match((await sandbox.gitproc('status', 'busy')).stdout, /frozen by/)
    // A daemon came up meanwhile: a process that ran would have used dozens of ticks.
    assert.ok(cpuTicks(mainPid!) - ticks <= 1)
    const thawed = await sandbox.gitproc('thaw', 'busy')
    assert.match(thawed.stdout, /busy: running/)
    const after = await sandbox.unit('busy.service')
    assert.equal(after.isFrozen, undefined)
    assert.equal(after.mainPid, mainPid)
    assert.doesNotMatch(statesOf(mainPid!), /T/)
  })

test('a frozen unit that is stopped, or deployed anew, is thawed first: no time-out, no SIGKILL', async (context) => {
  const polite = (word: string): string =>
    `[Service]\nExecStart=/bin/sh -c 'trap "echo ${word}; exit 0" TERM; while :; do sleep 0.05; done'\nTimeoutStopSec=20s\n`
  const sandbox = await start(context, { 'web.service': polite('bye') })
  await sandbox.gitproc('freeze', 'web')
  const status = await sandbox.deploy({ 'web.service': polite('good night') })
  assert.equal(status.health, 'Healthy', sandbox.daemonOutput)
  await sandbox.gitproc('freeze', 'web')
  const began = performance.now()
  assert.equal((await sandbox.gitproc('stop', 'web')).status, 0)
  assert.ok(performance.now() - began < 15_000)
  assert.equal(sandbox.readLog('web.service'), 'bye\ngood night\n')
  const refused = await sandbox.gitproc('freeze', 'web')
  assert.equal(refused.status, 1)
  assert.match(refused.stdout + refused.stderr, /can't be frozen: it is dead, not running/)
})

test('gitproc kill sends to the main process, to a control command, or to all', async (context) => {
  const say = (name: string): string => `trap "echo ${name}" USR1; while :; do sleep 0.05; done`
  const sandbox = await start(
    context,
    {
      'web.service': `[Service]
ExecStart=/bin/sh -c '(${say('child')}) & ${say('main')}'
ExecReload=/bin/sh -c '${say('control')}'
KillMode=mixed
`,
    },
    { PRIVATE_PIDS: 'no' },
  )
  const log = join(sandbox.prefix, 'logs/web.service/out')
  const send = async (whom: string): Promise<string> => {
    const { status, stderr } = await sandbox.gitproc('kill', 'web', '-s', 'USR1', '--whom', whom)
    return status === 0 ? '' : stderr
  }
  assert.equal(await send('main'), '')
  assert.equal(await untilWritten(log, 'main'), 'main\n')
  assert.match(await send('control'), /web.service has no control process now/)
  const reloading = sandbox.gitproc('reload', 'web')
  await sandbox.reaches('web.service', 'reload')
  assert.equal(await send('control'), '')
  assert.equal(await untilWritten(log, 'control'), 'main\ncontrol\n')
  assert.equal(await send('all'), '')
  await untilWritten(log, /main\ncontrol\n(?=.*child\n)(?=.*main\n)(?=.*control\n)/s)
  assert.match((await sandbox.gitproc('kill', 'web', '-s', 'NOSUCH')).stderr, /no signal is called NOSUCH/)
  await sandbox.gitproc('stop', 'web')
  await reloading
})
