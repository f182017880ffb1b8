/** `gitproc run`: one service in the foreground, by the command as a person types it. */
import assert from 'node:assert/strict'
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { chmodSync, globSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { RunReport } from '../../src/run-unit.ts'

const isRoot = process.getuid?.() === 0
const needsRoot = { skip: isRoot ? false : 'only root can become another user' }
const root = join(import.meta.dirname, '..', '..')
const entry = join(root, process.env['GITPROC_ENTRY'] ?? join('src', 'cli', 'main.ts'))

let folder = ''
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'gitproc-run-test-'))
  chmodSync(folder, 0o755)
})
after(() => rmSync(folder, { recursive: true }))

const write = (files: Readonly<Record<string, string>>): void => {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(folder, path, '..'), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
}

interface Ended {
  readonly stdout: string
  readonly stderr: string
  readonly status: number | null
}

interface Who {
  readonly uid: number
  readonly gid: number
}

/** From a directory that has nothing to do with the units. */
const start = (words: readonly string[], who?: Who): ChildProcessWithoutNullStreams =>
  spawn(process.execPath, [entry, 'run', ...words, '--path', folder], {
    cwd: '/',
    env: { PATH: '/usr/bin:/bin', HOME: folder, NO_COLOR: '1' },
    ...who,
  })

const ended = async (child: ChildProcessWithoutNullStreams): Promise<Ended> => {
  let [stdout, stderr] = ['', '']
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk
  })
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk
  })
  return new Promise((resolve) => child.once('close', (status) => resolve({ stdout, stderr, status })))
}

const run = (...words: readonly string[]): Promise<Ended> => ended(start(words))

const report = async (name: string, who?: Who): Promise<RunReport & { readonly status: number | null }> => {
  const { stdout, stderr, status } = await ended(start([name, '--wait', '-o', 'json'], who))
  assert.notEqual(stdout, '', stderr)
  return { ...(JSON.parse(stdout) as RunReport), status }
}

/** Waits until the unit has written the word. */
const says = (child: ChildProcessWithoutNullStreams, word: string): Promise<void> =>
  new Promise((resolve) => {
    let seen = ''
    child.stdout.on('data', (chunk: Buffer) => {
      seen += chunk
      if (seen.includes(word)) resolve()
    })
  })

const oneshot = (lines: string): string => `[Service]\nType=oneshot\n${lines}\n`

test('a unit that ends well is reported with exit status 0, and its output is handed on', async () => {
  write({
    'well.service': oneshot('ExecStart=/bin/sh -c "echo out; echo err >&2"\nExecStart=/bin/echo second'),
  })
  const { stdout, stderr, status } = await run('well')
  assert.deepEqual([stdout, status], ['out\nsecond\n', 0])
  assert.match(
    stderr,
    /^err\nwell\.service: succeeded after .*: exited 0\n {2}result success, exit status 0, inactive/,
  )
})

test('as JSON stdout is one object, and what the unit writes goes to stderr', async () => {
  write({ 'json.service': oneshot('ExecStart=/bin/echo out') })
  const { stdout, stderr, status } = await run('json', '-o', 'json')
  const { result, exit_status, state, condition_result, invocation_id } = JSON.parse(stdout) as RunReport
  assert.deepEqual(
    [result, exit_status, state, condition_result, status],
    ['success', 0, 'inactive', true, 0],
  )
  assert.match(invocation_id ?? '', /^[0-9a-f]{32}$/)
  assert.equal(stderr, 'out\n')
})

const endings: readonly (readonly [
  title: string,
  file: string,
  result: string,
  status: number,
  state: string,
])[] = [
  ['an exit status', oneshot('ExecStart=/bin/sh -c "exit 7"'), 'exit-code', 7, 'failed'],
  ['a signal by its number', oneshot('ExecStart=/bin/sh -c "kill -9 $$$$"'), 'signal', 9, 'failed'],
  ['203 where there is no program', oneshot('ExecStart=/nowhere/app'), 'exit-code', 203, 'failed'],
  [
    '200 where there is no directory',
    oneshot('WorkingDirectory=/nowhere\nExecStart=/bin/true'),
    'exit-code',
    200,
    'failed',
  ],
  ['0 where a program is missing that may be', oneshot('ExecStart=-/nowhere/app'), 'success', 0, 'inactive'],
  ['a time-out', oneshot('TimeoutStartSec=100ms\nExecStart=/bin/sleep 100'), 'timeout', 15, 'failed'],
  [
    'no status where nothing was started',
    oneshot('EnvironmentFile=/nowhere\nExecStart=/bin/true'),
    'resources',
    0,
    'failed',
  ],
  [
    'only its first start with Restart=',
    '[Service]\nRestart=always\nExecStart=/bin/sh -c "exit 3"\n',
    'exit-code',
    3,
    'failed',
  ],
]

for (const [title, file, result, exitStatus, state] of endings)
  test(`a run reports ${title}`, async () => {
    write({ 'ending.service': file })
    const seen = await report('ending')
    assert.deepEqual([seen.result, seen.exit_status, seen.state], [result, exitStatus, state])
    assert.equal(seen.status, result === 'success' ? 0 : 1)
  })

test('a condition that does not hold leaves the unit inactive, and is no failure', async () => {
  write({ 'condition.service': `[Unit]\nConditionPathExists=/nowhere\n${oneshot('ExecStart=/bin/false')}` })
  const seen = await report('condition')
  assert.deepEqual(
    [seen.state, seen.condition_result, seen.main_pid, seen.status],
    ['inactive', false, null, 0],
  )
})

test('an assertion that does not hold is a failure of the start', async () => {
  write({ 'assert.service': `[Unit]\nAssertPathExists=/nowhere\n${oneshot('ExecStart=/bin/true')}` })
  const seen = await report('assert')
  assert.deepEqual([seen.state, seen.result, seen.condition_result], ['inactive', 'success', true])
  assert.deepEqual([seen.assert_result, seen.succeeded, seen.status], [false, false, 1])
})

test('a unit that stays active with nothing running is stopped, ExecStop= and all', async () => {
  write({ 'stays.service': oneshot('RemainAfterExit=yes\nExecStart=/bin/echo up\nExecStop=/bin/echo down') })
  const { stdout, stderr, status } = await run('stays')
  assert.deepEqual([stdout, status], ['up\ndown\n', 0])
  assert.match(stderr, /active \(exited\)\n {2}then stopped: result success, inactive/)
})

test('one that stays active is waited for as long as something of it runs', async () => {
  write({
    'child.service': oneshot(
      'RemainAfterExit=yes\nExecStart=/bin/sh -c "(sleep 0.3; echo late) & echo early"\nExecStop=/bin/echo down',
    ),
  })
  assert.equal((await run('child')).stdout, 'early\nlate\ndown\n')
})

test('a failing ExecStop= makes the run fail', async () => {
  write({
    'bad-stop.service': oneshot('RemainAfterExit=yes\nExecStart=/bin/true\nExecStop=/bin/sh -c "exit 4"'),
  })
  const seen = await report('bad-stop')
  assert.deepEqual(
    [seen.state, seen.result, seen.stopped?.result, seen.status],
    ['active', 'success', 'exit-code', 1],
  )
})

test('Ctrl-C stops a service as its file says', async () => {
  write({
    'serves.service':
      '[Service]\nExecStart=/bin/sh -c "echo ready; exec sleep 1000"\nExecStop=/bin/echo stopping\n',
  })
  const child = start(['serves'])
  const end = ended(child)
  await says(child, 'ready')
  child.kill('SIGINT')
  const { stdout, stderr, status } = await end
  assert.deepEqual([stdout, status], ['ready\nstopping\n', 0])
  assert.match(stderr, /interrupted; killed by SIGTERM/)
})

test('a second Ctrl-C kills one that takes its time', async () => {
  write({
    'stubborn.service': `[Service]\nExecStart=/bin/sh -c "trap 'echo deaf' TERM; echo ready; while :; do sleep 0.1; done"\n`,
  })
  const child = start(['stubborn'])
  const end = ended(child)
  await says(child, 'ready')
  const isDeaf = says(child, 'deaf')
  child.kill('SIGTERM')
  await isDeaf
  child.kill('SIGINT')
  const { stderr, status } = await end
  assert.match(stderr, /killed by SIGKILL/)
  assert.equal(status, 1)
})

test('a service whose reader leaves is stopped, and not left alone', async () => {
  write({ 'talks.service': '[Service]\nExecStart=/bin/sh -c "while :; do echo word; done"\n' })
  const child = start(['talks'])
  const end = ended(child)
  await says(child, 'word')
  child.stdout.destroy()
  assert.match((await end).stderr, /talks\.service: succeeded after .*: interrupted; killed by SIGTERM/)
})

test('an instance of a template runs with its drop-ins', async () => {
  write({
    'hello@.service': oneshot('Environment=WHO=nobody\nExecStart=/bin/echo %i %y $WHO'),
    'hello@a.service.d/who.conf': '[Service]\nEnvironment=WHO=me\n',
  })
  const { stdout } = await run('hello@a')
  assert.equal(stdout, `a ${folder}/hello@.service me\n`)
})

test('what is wrong with the file is said, with its place, and exits 1', async () => {
  write({ 'wrong.service': '[Service]\nExecStart=relative/path\n' })
  const { stderr, status } = await run('wrong')
  assert.match(stderr, /^wrong\.service:2:\d+: error: /)
  assert.equal(status, 1)
})

test('a template and a target can not be run, and a unit that is not there is named', async () => {
  write({ 'only@.service': oneshot('ExecStart=/bin/true'), 'all.target': '[Unit]\nDescription=All\n' })
  assert.match((await run('only@')).stderr, /name an instance/)
  assert.match((await run('all.target')).stderr, /only services can be run/)
  const missing = await run('nothing')
  assert.match(missing.stderr, /no unit is called nothing\.service/)
  assert.equal(missing.status, 4)
})

test('many runs of one unit at the same time do not meet', async () => {
  write({ 'twin.service': oneshot('ExecStart=/bin/sh -c "sleep 0.2; exit 5"') })
  const reports = await Promise.all(Array.from({ length: 4 }, () => report('twin')))
  assert.deepEqual(
    reports.map(({ exit_status }) => exit_status),
    [5, 5, 5, 5],
  )
})

test('a run as another user says so, and leaves nothing behind', needsRoot, async () => {
  write({
    'user.service': oneshot(
      'User=daemon\nRuntimeDirectory=gitproc-run-user\nExecStart=/bin/sh -c "id -un; echo again >/dev/stdout"',
    ),
  })
  const places = ['/run/gitproc-run-*', `${tmpdir()}/gitproc-run-*`, '/sys/fs/cgroup/**/gitproc-run-*']
  const before = new Set(globSync(places, { exclude: (path) => path.includes('gitproc-run-test') }))
  const { stdout } = await run('user')
  assert.equal(stdout, 'daemon\nagain\n')
  const left = globSync(places, { exclude: (path) => path.includes('gitproc-run-test') })
  assert.deepEqual(
    left.filter((path) => !before.has(path)),
    [],
  )
})

test('an ordinary user can run units, and is told what only root can', needsRoot, async () => {
  write({
    'own.service': oneshot('ExecStart=/bin/sh -c "exit 6"'),
    'other.service': oneshot('User=games\nExecStart=/bin/true'),
  })
  const nobody = { uid: 65_534, gid: 65_534 }
  const own = await report('own', nobody)
  assert.deepEqual([own.result, own.exit_status], ['exit-code', 6])
  const other = await report('other', nobody)
  assert.match(other.reason, /only root may start a process as uid 5|User=/)
  assert.equal(other.status, 1)
})
