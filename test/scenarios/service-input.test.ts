/** What services read: data, files, and a pipe that outlives the daemon. */
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { byRoot, superviseIn } from '../support/host-supervisor.ts'
import { Sandbox } from '../support/sandbox.ts'
import { temporaryDirectory } from '../support/temp-directory.ts'
import { untilWritten } from '../support/until-written.ts'

for (const [title, input, expected] of [
  ['null, where nothing is set', '', ''],
  ['a file', 'StandardInput=file:FILE', 'from a file\n'],
  [
    'texts, each a line',
    'StandardInputText=one %n\nStandardInputText=t\\tw\\x6f',
    'one job.service\nt\two\n',
  ],
  [
    'texts and base64 together',
    'StandardInput=data\nStandardInputText=a\nStandardInputData=AAEC',
    'a\n\0\x01\x02',
  ],
] as const)
  test(`a service reads ${title}`, async (context) => {
    const directory = temporaryDirectory(context)
    const host = await superviseIn(directory)
    context.after(() => host.end())
    const file = join(directory, 'input')
    writeFileSync(file, 'from a file\n')
    host.define({
      'job.service': `[Service]\nType=oneshot\nExecStart=/bin/cat\n${input.replace('FILE', file)}\n`,
    })
    assert.deepEqual(await host.supervisor.start('job.service', byRoot), { kind: 'done' })
    assert.equal(host.output('job.service'), expected)
  })

const console = `[Service]
ExecStartPre=/bin/sh -c 'read -r line || echo nothing to read before the start'
ExecStart=/bin/sh -c 'echo ready; while read -r line; do echo "got $$line"; done; echo end of input'
StandardInputPipe=yes
`

test('gitproc send writes to the pipe of a service, before and after the daemon was killed', async (context) => {
  const sandbox = new Sandbox()
  context.after(() => sandbox.end())
  await sandbox.init({ 'game.service': console, 'deaf.service': '[Service]\nExecStart=/bin/sleep 1000\n' })
  await sandbox.start()
  await sandbox.synced()
  const { mainPid } = await sandbox.unit('game.service')
  const sent = await sandbox.gitproc('send', 'game', 'save', 'all  now')
  assert.equal(sent.status, 0, sent.stderr)
  await sandbox.kill()
  await sandbox.start()
  assert.equal((await sandbox.gitproc('send', 'game', '-n', 'half ')).status, 0)
  assert.equal((await sandbox.gitproc('send', 'game', 'a line')).status, 0)
  assert.equal((await sandbox.gitproc('send', 'game', 'quit')).status, 0)
  await untilWritten(join(sandbox.prefix, 'logs/game.service/out'), 'got quit')
  assert.equal(
    sandbox.readLog('game.service'),
    'nothing to read before the start\nready\ngot save all  now\ngot half a line\ngot quit\n',
  )
  assert.equal((await sandbox.unit('game.service')).mainPid, mainPid)
  const deaf = await sandbox.gitproc('send', 'deaf', 'hello')
  assert.equal(deaf.status, 1)
  assert.match(deaf.stderr, /deaf.service reads from no pipe[\s\S]*StandardInputPipe=yes/)
})

test('a service that does not read is said to be so, and the daemon goes on', async (context) => {
  const sandbox = new Sandbox()
  context.after(() => sandbox.end())
  const service = (script: string): string => `[Service]\nExecStart=${script}\nStandardInputPipe=yes\n`
  await sandbox.init({
    'lazy.service': service('/bin/sleep 1000'),
    'closed.service': service("/bin/sh -c 'exec <&-; exec sleep 1000'"),
  })
  await sandbox.start()
  await sandbox.synced()
  const line = 'x'.repeat(60_000)
  const fitting = await sandbox.gitproc('send', 'lazy', line)
  assert.equal(fitting.status, 0, fitting.stderr)
  const full = await sandbox.gitproc('send', 'lazy', line)
  assert.equal(full.status, 1)
  assert.match(full.stderr, /it does not read, its pipe is full; \d+ bytes were sent/)
  const closed = await sandbox.gitproc('send', 'closed', 'hello')
  assert.match(closed.stderr, /it has closed its input/)
  assert.equal((await sandbox.status()).health, 'Healthy')
})
