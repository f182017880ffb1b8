/** The record of what happened: kept over restarts, with who, what, when and why; and what was in force at an earlier time. */
import assert from 'node:assert/strict'
import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { AtAnswer, EventsAnswer } from '../../src/api/contract.ts'
import { Sandbox } from '../support/sandbox.ts'

const sleeper = (n: number): string => `[Service]\nExecStart=/bin/sleep ${1000 + n}\n`

test('events say who, what, when and why, and survive a daemon that is killed and a line that is torn', async (t) => {
  const sandbox = new Sandbox()
  t.after(() => sandbox.end())
  await sandbox.init({ 'web.service': sleeper(1) })
  await sandbox.start()
  const { revision } = await sandbox.synced()
  await sandbox.gitproc('stop', 'web', '--reason', 'noisy')
  const ask = async (): Promise<EventsAnswer['events']> =>
    (await sandbox.get<EventsAnswer>('/v1/events/past?limit=1000')).events
  const before = await ask()
  const asked = before.find(({ kind }) => kind === 'operator')!
  assert.deepEqual([asked.unit, asked.text, asked.why], ['web.service', 'asked to stop it', 'noisy'])
  assert.ok(asked.who)
  const deployed = before.find(({ kind }) => kind === 'generation')!
  assert.deepEqual([deployed.outcome, deployed.who, deployed.revision], ['Healthy', 'Ada', revision!.sha])
  await sandbox.kill()
  appendFileSync(join(sandbox.prefix, 'state', 'events.jsonl'), '{"seq":99999,"te')
  await sandbox.start()
  await sandbox.gitproc('start', 'web')
  const after = await ask()
  assert.deepEqual(after.slice(0, before.length), before)
  assert.ok(after.length > before.length)
  assert.deepEqual(
    after.map(({ seq }) => seq),
    after.map((_, index) => index + 1),
  )
  const { stdout } = await sandbox.gitproc('events', 'web', '--no-follow', '-n', '100', '--utc')
  assert.match(stdout, /^\d\d:\d\d:\d\d\.\d{3} web ◂ asked to stop it by .+: noisy$/m)
})

test('show --at and status --at tell which revision, generation and units were in force', async (t) => {
  const sandbox = new Sandbox()
  t.after(() => sandbox.end())
  await sandbox.init({ 'web.service': sleeper(1), 'old.service': sleeper(1) })
  await sandbox.start()
  const first = (await sandbox.synced()).revision!.sha
  const atFirst = Date.now()
  const second = (
    await sandbox.deploy({ 'web.service': sleeper(2), 'old.service': '', 'new.service': sleeper(1) })
  ).revision!.sha
  await sandbox.kill()
  await sandbox.start()
  const then = await sandbox.get<AtAnswer>(`/v1/at?time=${atFirst}`)
  assert.equal(then.generation?.revision.sha, first)
  assert.deepEqual(
    then.units.map(({ name, revision, subState }) => [name, revision, subState]),
    [
      ['old.service', first, 'running'],
      ['web.service', first, 'running'],
    ],
  )
  const now = await sandbox.get<AtAnswer>(`/v1/at?time=${Date.now()}`)
  assert.deepEqual(
    now.units.map(({ name, revision }) => [name, revision]),
    [
      ['new.service', second],
      ['web.service', second],
    ],
  )
  assert.equal((await sandbox.get<AtAnswer>('/v1/at?time=1')).generation, undefined)
  const time = `@${Math.floor(atFirst / 1000) + 0}.${String(atFirst % 1000).padStart(3, '0')}`
  const shown = await sandbox.gitproc('show', 'web', '--at', time)
  assert.match(shown.stdout, /ExecStart=.*1001/, shown.stderr)
  const status = await sandbox.gitproc('status', '--at', time)
  assert.match(
    status.stdout,
    new RegExp(`generation 1 {2}main@${first.slice(0, 7)}[\\s\\S]*old +${first.slice(0, 7)} +running`),
  )
  assert.equal((await sandbox.gitproc('show')).status, 64)
})
