/** Health checks by a command and by a connection: real processes, real ports. */
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { isAlive, readStat } from '../../src/executor/proc.ts'
import { probe } from '../../src/supervisor/health/other-probes.ts'
import type { ProbeCommand, ProbeSpec } from '../../src/supervisor/health/probe.ts'
import { freePort } from '../support/free-port.ts'
import { temporaryDirectory } from '../support/temp-directory.ts'
import { untilSo } from '../support/until-so.ts'

const script = (text: string, more: Partial<ProbeCommand> = {}): ProbeSpec => ({
  kind: 'exec',
  command: {
    path: '/bin/sh',
    argv: ['sh', '-c', text],
    environment: { PATH: '/usr/bin:/bin' },
    uid: undefined,
    gid: undefined,
    workingDirectory: '/',
    ...more,
  },
})

test('a command is good when it exits 0, and otherwise bad in words', async () => {
  assert.deepEqual(await probe(script('exit 0'), 5000), { isGood: true, detail: 'exited 0' })
  assert.deepEqual(await probe(script('exit 3'), 5000), { isGood: false, detail: 'exited 3' })
  const missing = await probe(script('', { path: '/not/there' }), 5000)
  assert.equal(missing.isGood, false)
})

test('a command that hangs is killed with its children after the time-out, and holds nobody up', async (context) => {
  const pids = join(temporaryDirectory(context), 'pids')
  let hasEnded = false
  const hanging = probe(script(`sleep 1000 & echo $$ $! >${pids}; trap "" TERM; wait`), 1500).then(
    (result) => {
      hasEnded = true
      return result
    },
  )
  // The daemon goes on meanwhile: another one is asked, and answers first.
  assert.equal((await probe(script('exit 0'), 5000)).isGood, true)
  await untilSo(() => existsSync(pids) && readFileSync(pids, 'utf8').endsWith('\n'))
  assert.equal(hasEnded, false)
  const processes = readFileSync(pids, 'utf8')
    .trim()
    .split(' ')
    .map((pid) => readStat(Number(pid))!)
  assert.deepEqual(processes.map(isAlive), [true, true])
  assert.deepEqual(await hanging, { isGood: false, detail: 'killed by SIGKILL (time-out 1500 ms)' })
  await untilSo(() => !processes.some(isAlive))
})

test('a command runs as the user of the service, with none of the daemon’s groups', {
  skip: process.getuid?.() === 0 ? false : 'needs root',
}, async () => {
  const asNobody = script('test "$(id -u) $(id -g) $(id -G)" = "65534 65534 65534"', {
    uid: 65534,
    gid: 65534,
  })
  assert.deepEqual(await probe(asNobody, 5000), { isGood: true, detail: 'exited 0' })
})

test('a connection is good when it is made, and bad where nobody listens', async (context) => {
  const server = createServer().listen(0, '127.0.0.1')
  context.after(() => server.close())
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as { port: number }
  const ask = (to: number) => probe({ kind: 'tcp', host: '127.0.0.1', port: to }, 5000)
  assert.deepEqual(await ask(port), { isGood: true, detail: 'connected' })
  const refused = await ask(await freePort())
  assert.equal(refused.isGood, false)
  assert.match(refused.detail, /refused/i)
})
