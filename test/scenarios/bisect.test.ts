/** `gitproc bisect`: the commit that broke a service is found by trying, while the service that runs is not touched. */
import assert from 'node:assert/strict'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { Sandbox } from '../support/sandbox.ts'

const commits = 64
const culprit = 41
const isRoot = process.getuid?.() === 0
const needsRoot = { skip: isRoot ? false : 'only root can give a trial a network of its own' }

/** Listens on a port that only one can have, and answers health checks: with an error, where it is told to. */
const server = (port: number): string => `
const { createServer } = require('node:http')
const { writeFileSync } = require('node:fs')
const answer = process.env.MODE === 'broken' ? 500 : 200
createServer((_, response) => response.writeHead(answer).end())
  .listen(${port}, '127.0.0.1', () => writeFileSync(process.env.RUNTIME_DIRECTORY + '/listens', ''))
`
/** Its health is asked for once it listens, however long that takes here. */
const untilItListens = "/bin/sh -c 'until [ -e $$RUNTIME_DIRECTORY/listens ]; do sleep 0.02; done'"

describe('sixty-four commits, one of which broke the service', () => {
  const sandbox = new Sandbox({ settings: { PRIVATE_PIDS: 'no', SETTLE: '50ms', ROLLBACK_ON_FAILURE: 'no' } })
  const port = 20_000 + (process.pid % 20_000)
  const program = join(sandbox.prefix, 'server.cjs')
  const trials = join(sandbox.prefix, 'trials')
  const web = (index: number): string => {
    const mode = index >= culprit ? 'broken' : 'fine'
    return `[Service]\nEnvironment=N=${index}\nEnvironmentFile=${sandbox.repo}/web.env\nRuntimeDirectory=gitproc-bisect-${process.pid}\nHealthCheckURL=http://127.0.0.1:${port}/\nHealthCheckInterval=200ms\nHealthCheckRetries=3\nExecStartPost=${untilItListens}\nExecStart=/bin/sh -c 'echo $$N $$MODE >>${trials}; echo told $$N; [ $$N -ge ${culprit} ] && MODE=${mode}; export MODE; exec ${process.execPath} ${program}'\n`
  }
  let shas: string[] = []

  before(async () => {
    writeFileSync(program, server(port))
    await sandbox.init({ 'web.service': web(0), 'web.env': 'MODE=fine\n' })
    await sandbox.start()
    const status = await sandbox.synced()
    assert.equal(status.health, 'Healthy')
    await sandbox.git('checkout', '-q', '-b', 'work')
    shas = []
    for (let index = 1; index <= commits; index++) {
      const sha = await sandbox.commit(
        { 'web.service': web(index), 'other.target': `[Unit]\nDescription=${index}\n` },
        `change ${index}`,
      )
      shas.push(sha)
    }
  })
  after(() => sandbox.end())

  test(
    'is found in six runs, and the one that runs keeps its pid, its port and its directory',
    needsRoot,
    async () => {
      const before = await sandbox.unit('web.service')
      const { stdout, stderr, status } = await sandbox.gitproc('bisect', 'web', 'main', 'work', '-o', 'json')
      assert.equal(status, 0, stderr)
      const answer = JSON.parse(stdout)
      assert.equal(answer.found.culprit.sha, shas[culprit - 1])
      assert.equal(answer.found.culprit.author, 'Ada')
      assert.equal(answer.found.lastGood.sha, shas[culprit - 2])
      assert.ok(answer.runs.length <= 6, `${answer.runs.length} runs`)
      assert.equal(readFileSync(trials, 'utf8').trim().split('\n').length, answer.runs.length + 1)
      const now = await sandbox.unit('web.service')
      assert.deepEqual(
        [now.mainPid, now.health.state, now.restarts],
        [before.mainPid, 'healthy', before.restarts],
      )
      assert.ok(existsSync(`/run/gitproc-bisect-${process.pid}`))
    },
  )

  test('is told with author, subject, what changed and the way back', needsRoot, async () => {
    const { stdout, stderr } = await sandbox.gitproc('bisect', 'web', 'main', 'work')
    assert.match(stderr, /changed by 64 commits .* 6 runs to come at most/)
    assert.match(stderr, /bad .*unhealthy.*500/)
    assert.match(
      stdout,
      new RegExp(`web was broken by ${shas[culprit - 1]!.slice(0, 7)} "change ${culprit}"`),
    )
    assert.match(stdout, /Ada, /)
    assert.match(stdout, /Environment= N=40 MODE=fine|Environment= N=40 → N=41/)
    assert.match(stdout, new RegExp(`gitproc rollback ${shas[culprit - 2]!.slice(0, 7)}`))
  })

  test('an environment file of the repository that a commit changed is found, too', needsRoot, async () => {
    await sandbox.git('checkout', '-q', '-b', 'files', 'main')
    await sandbox.commit({ 'web.env': 'MODE=fine\nMORE=1\n' }, 'more')
    const bad = await sandbox.commit({ 'web.env': 'MODE=broken\n' }, 'a bad file')
    await sandbox.commit({ 'web.env': 'MODE=broken\nMORE=2\n' }, 'later')
    const { stdout, stderr, status } = await sandbox.gitproc('bisect', 'web', 'main', 'files')
    assert.equal(status, 0, stderr + stdout)
    assert.match(stdout, new RegExp(`broken by ${bad.slice(0, 7)} "a bad file"`))
    assert.match(stdout, /web\.env changed/)
  })

  test('nothing is claimed where the good one fails, too, or nothing changed', needsRoot, async () => {
    const both = await sandbox.gitproc('bisect', 'web', `${shas[50]}`, `${shas[60]}`)
    assert.equal(both.status, 1)
    assert.match(both.stdout, /not found: the good one fails here, too/)
    const same = await sandbox.gitproc('bisect', 'web', 'main', 'main')
    assert.equal(same.status, 1)
    assert.match(same.stderr, /is the same in both commits/)
    assert.equal((await sandbox.gitproc('bisect', 'nowhere', 'main', 'work')).status, 4)
    const wrong = await sandbox.gitproc('bisect', 'web', 'work', 'main')
    assert.match(wrong.stderr, /is no ancestor of/)
  })
})
