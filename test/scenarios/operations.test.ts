/** What a person asks of the whole: cancel, suspend, pin, confirm, hold for a while; and the guards that make commits wait. */
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { HistoryAnswer, PlanAnswer, UnitView } from '../../src/api/contract.ts'
import type { RollbackAnswer } from '../../src/api/requests.ts'
import { Sandbox } from '../support/sandbox.ts'
import { hasTmux, Tmux } from '../support/tmux.ts'

const main = join(import.meta.dirname, '..', '..', process.env['GITPROC_ENTRY'] ?? 'src/cli/main.ts')

const sleeper = (seconds = 1000, extra = ''): string =>
  `[Service]\nType=exec\nExecStart=/bin/sleep ${seconds}\n${extra}\n`
/** Its start has no end, and no time-out either. */
const neverReady = '[Service]\nType=notify\nTimeoutStartSec=infinity\nExecStart=/bin/sleep 1000\n'

const running = async (
  options: ConstructorParameters<typeof Sandbox>[0],
  files: Readonly<Record<string, string>>,
) => {
  const sandbox = new Sandbox(options)
  await sandbox.init(files)
  await sandbox.start()
  await sandbox.synced()
  return sandbox
}

const outcomes = async (sandbox: Sandbox): Promise<readonly string[]> => {
  const { generations } = await sandbox.get<HistoryAnswer>('/v1/history?limit=100')
  return generations.map(({ outcome, origin }) => `${outcome} ${origin}`)
}

const command = async (sandbox: Sandbox, unit: string): Promise<string> =>
  (await sandbox.exec('/bin/cat', [`/proc/${(await sandbox.unit(unit)).mainPid}/cmdline`])).stdout
    .replaceAll('\0', ' ')
    .trim()

describe('a start that never ends', () => {
  let sandbox: Sandbox
  before(async () => {
    sandbox = await running({}, { 'web.service': sleeper() })
  })
  after(() => sandbox.end())

  test('is cancelled: what ran before runs again, and neither poll nor restart tries it anew', async () => {
    await sandbox.commit({ 'web.service': sleeper(2000), 'slow.service': neverReady }, 'slow')
    const applying = await sandbox.until((status) =>
      status.units.some(({ name, subState }) => name === 'slow.service' && subState === 'start'),
    )
    assert.equal(applying.syncReason, 'Progressing')
    assert.equal(applying.units.find(({ name }) => name === 'slow.service')?.changedIn?.subject, 'slow')
    const cancelled = await sandbox.gitproc('cancel', '--reason', 'wrong branch')
    assert.equal(cancelled.status, 0, cancelled.stderr)
    const status = await sandbox.until(
      ({ syncReason, units }) => syncReason === 'RolledBack' && units.length === 1,
    )
    assert.match(status.pending?.why ?? '', /^cancelled by .*: wrong branch$/)
    await sandbox.reaches('web.service', 'running')
    assert.equal(await command(sandbox, 'web.service'), '/bin/sleep 1000')
    const before = await outcomes(sandbox)
    assert.equal((await sandbox.gitproc('sync')).status, 1)
    await sandbox.kill()
    await sandbox.start()
    assert.equal((await sandbox.gitproc('sync')).status, 1)
    assert.deepEqual(await outcomes(sandbox), before)
    assert.equal((await sandbox.gitproc('cancel')).status, 1)
  })

  test('and whose first daemon died is cancelled all the same', async () => {
    await sandbox.commit({ 'web.service': sleeper(3000) }, 'slow again')
    await sandbox.reaches('slow.service', 'start')
    await sandbox.kill()
    await sandbox.start()
    await sandbox.until(({ syncReason }) => syncReason === 'Progressing')
    assert.equal((await sandbox.gitproc('cancel')).status, 0)
    await sandbox.until(({ syncReason, units }) => syncReason === 'RolledBack' && units.length === 1)
    await sandbox.reaches('web.service', 'running')
    assert.equal(await command(sandbox, 'web.service'), '/bin/sleep 1000')
  })
})

test('a hook that is under way ends with the commit that is cancelled, and no other one runs in its place', async () => {
  const sandbox = await running({}, { 'web.service': sleeper() })
  try {
    const hook = (then: string): string =>
      `[Service]\nType=oneshot\nExecStart=/bin/sh -c 'echo hook; ${then}'\n[Install]\nX-DeployHook=PreSync\n`
    await sandbox.deploy({ 'web.service': sleeper(2000), 'migrate.service': hook('exit 0') })
    await sandbox.commit({ 'web.service': sleeper(3000), 'migrate.service': hook('sleep 1000') })
    const hasBegun = ({ name, mainPid }: UnitView): boolean =>
      name === 'migrate.service' && mainPid !== undefined
    const { units } = await sandbox.until((begun) => begun.units.some(hasBegun))
    const pid = units.find(hasBegun)!.mainPid!
    assert.equal((await sandbox.gitproc('cancel')).status, 0)
    const status = await sandbox.until(
      ({ syncReason, health }) => syncReason === 'RolledBack' && health === 'Healthy',
    )
    assert.equal(status.units.find(({ name }) => name === 'migrate.service')?.subState, 'dead')
    assert.throws(() => process.kill(pid, 0), { code: 'ESRCH' })
    assert.ok(sandbox.readLog('migrate.service').split('hook').length - 1 <= 2, 'once for each commit')
    await sandbox.synced()
    assert.equal((await outcomes(sandbox))[0], 'Healthy automatic rollback')
  } finally {
    await sandbox.end()
  }
})

test('a start that never ends is ended by the deadline', async () => {
  const sandbox = await running({ settings: { DEADLINE: '3s' } }, { 'web.service': sleeper() })
  try {
    const status = await sandbox.deploy({ 'slow.service': neverReady })
    assert.equal(status.syncReason, 'RolledBack')
    assert.match(status.pending?.why ?? '', /slow\.service: .*deadline/)
    assert.deepEqual(
      status.units.map(({ name }) => name),
      ['web.service'],
    )
  } finally {
    await sandbox.end()
  }
})

test('a start that never ends is not waited for when another unit has failed for good', async () => {
  const sandbox = await running({ settings: { DEADLINE: '1h' } }, { 'web.service': sleeper() })
  try {
    const broken = '[Service]\nType=oneshot\nExecStart=/bin/false\n'
    const status = await sandbox.deploy({
      'web.service': sleeper(2000),
      'slow.service': neverReady,
      'broken.service': broken,
    })
    assert.equal(status.syncReason, 'RolledBack')
    assert.match(status.pending?.why ?? '', /^broken\.service: exited 1/)
    await sandbox.reaches('web.service', 'running')
    assert.equal(await command(sandbox, 'web.service'), '/bin/sleep 1000')
    assert.deepEqual(
      status.units.map(({ name }) => name),
      ['web.service'],
    )
  } finally {
    await sandbox.end()
  }
})

test('a stop that never ends is ended by the deadline, and so is the way back', async () => {
  const stubborn = `[Service]\nType=exec\nSendSIGKILL=no\nTimeoutStopSec=infinity\nExecStart=/bin/sh -c 'trap "" TERM; while :; do sleep 1000; done'\n`
  const files = { 'web.service': sleeper(), 'db.service': sleeper(), 'stubborn.service': stubborn }
  const sandbox = await running({ settings: { DEADLINE: '2s' } }, files)
  try {
    await sandbox.deploy({ 'stubborn.service': '', 'web.service': sleeper(2000) })
    // A person's sync tries once more what the host was to blame for.
    const [back, forth] = await outcomes(sandbox)
    assert.equal(back, 'Degraded automatic rollback')
    assert.match(forth ?? '', /^RolledBack /)
    const { generations } = await sandbox.get<HistoryAnswer>('/v1/history?limit=2')
    assert.match(
      generations[1]?.reason ?? '',
      /stubborn\.service: stop had not ended at the deadline: still stop-sigterm/,
    )
    assert.equal(await command(sandbox, 'web.service'), '/bin/sleep 1000')
    await sandbox.gitproc('kill', 'stubborn', '--signal', 'SIGKILL')
    await sandbox.reaches('stubborn.service', 'running')
  } finally {
    await sandbox.gitproc('stop', 'stubborn', '--no-wait')
    await sandbox.gitproc('kill', 'stubborn', '--signal', 'SIGKILL')
    await sandbox.end()
  }
})

describe('a commit that removes most units', () => {
  let sandbox: Sandbox
  const all = { 'a.service': sleeper(), 'b.service': sleeper(), 'c.service': sleeper() }
  before(async () => {
    sandbox = await running({}, all)
  })
  after(() => sandbox.end())

  test('waits with all that it changes, says so with the command, also after a restart', async () => {
    await sandbox.commit({ 'a.service': sleeper(2000), 'b.service': '', 'c.service': '' }, 'oops')
    const { status, stdout } = await sandbox.gitproc('sync')
    assert.equal(status, 6)
    assert.match(stdout, /it removes 2 of 3 units \(b\.service, c\.service\)\s+gitproc sync --prune/)
    await sandbox.kill()
    await sandbox.start()
    await sandbox.until(({ syncReason }) => syncReason === 'PruneGuard')
    assert.equal(await command(sandbox, 'a.service'), '/bin/sleep 1000')
    assert.equal((await sandbox.unit('b.service')).subState, 'running')
  })

  test('goes on when a person says so', async () => {
    const { status } = await sandbox.gitproc('sync', '--prune')
    assert.equal(status, 0)
    assert.deepEqual(
      (await sandbox.status()).units.map(({ name }) => name),
      ['a.service'],
    )
    assert.equal(await command(sandbox, 'a.service'), '/bin/sleep 2000')
  })

  test('an empty folder waits, whatever prune_limit is', async () => {
    await sandbox.commit({ 'a.service': '' }, 'nothing left')
    const { status, stdout } = await sandbox.gitproc('sync')
    assert.equal(status, 6)
    assert.match(stdout, /it removes the only unit \(a\.service\)/)
  })
})

describe('suspended commits', () => {
  let sandbox: Sandbox
  before(async () => {
    sandbox = await running({}, { 'web.service': sleeper() })
  })
  after(() => sandbox.end())

  test('wait, through kill -9 of the daemon, while services are supervised as ever', async () => {
    assert.equal((await sandbox.gitproc('suspend', '--reason', 'audit', '--until', '1h')).status, 0)
    await sandbox.commit({ 'web.service': sleeper(2000, 'Restart=always\nRestartSec=0') })
    assert.equal((await sandbox.gitproc('sync')).status, 6)
    await sandbox.kill()
    await sandbox.start()
    await sandbox.until(({ syncReason }) => syncReason === 'Suspended')
    const { stdout } = await sandbox.gitproc('status')
    assert.match(stdout, /OUT OF SYNC \(suspended\)/)
    assert.match(stdout, /suspended by \S+ until .*: no commit is applied: audit/)
    assert.equal(await command(sandbox, 'web.service'), '/bin/sleep 1000')
  })

  test('are applied by resume', async () => {
    assert.equal((await sandbox.gitproc('resume')).status, 0)
    await sandbox.until(({ sync }) => sync === 'Synced')
    assert.equal(await command(sandbox, 'web.service'), '/bin/sleep 2000')
    assert.equal((await sandbox.gitproc('resume')).status, 1)
  })

  test('are applied when the time that was named has come, by itself', async () => {
    await sandbox.gitproc('suspend', '--until', '2s')
    await sandbox.commit({ 'web.service': sleeper(3000) })
    await sandbox.until(
      ({ sync, revision, repository: _ }) => sync === 'Synced' && revision?.subject === 'change',
    )
    await sandbox.until(({ orders }) => orders?.suspension === undefined)
    await sandbox.reaches('web.service', 'running')
    await sandbox.synced()
    assert.equal(await command(sandbox, 'web.service'), '/bin/sleep 3000')
  })
})

describe('a sync that wants to be confirmed', () => {
  let sandbox: Sandbox
  before(async () => {
    sandbox = await running({}, { 'web.service': sleeper() })
    await sandbox.gitproc('suspend')
  })
  after(() => sandbox.end())

  test('stays when it is', async () => {
    await sandbox.commit({ 'web.service': sleeper(2000) })
    const asked = await sandbox.gitproc('sync', '--now', '--confirm', '1h')
    assert.equal(asked.status, 0, asked.stderr)
    assert.match(asked.stdout, /OUT OF SYNC \(waiting for gitproc confirm\)/)
    await sandbox.kill()
    await sandbox.start()
    await sandbox.until(({ syncReason }) => syncReason === 'Unconfirmed')
    assert.equal((await sandbox.gitproc('sync')).status, 6)
    assert.equal((await sandbox.gitproc('confirm')).status, 0)
    await sandbox.until(({ sync }) => sync === 'Synced')
    assert.equal(await command(sandbox, 'web.service'), '/bin/sleep 2000')
  })

  test('is taken back when nobody does, although the daemon was dead when time ran out', async () => {
    await sandbox.commit({ 'web.service': sleeper(3000), 'new.service': sleeper() })
    assert.equal((await sandbox.gitproc('sync', '--now', '--confirm', '10s')).status, 0)
    assert.equal(await command(sandbox, 'web.service'), '/bin/sleep 3000')
    const dueAtMs = (await sandbox.status()).orders?.confirmation?.dueAtMs ?? 0
    await sandbox.kill()
    await sandbox.exec('/bin/sleep', [String(Math.max(0, (dueAtMs - Date.now()) / 1000) + 0.1)])
    await sandbox.start()
    const status = await sandbox.until(
      ({ syncReason, units }) => syncReason === 'RolledBack' && units.length === 1,
    )
    assert.match(status.pending?.why ?? '', /^not confirmed by /)
    await sandbox.reaches('web.service', 'running')
    assert.equal(await command(sandbox, 'web.service'), '/bin/sleep 2000')
    const history = await outcomes(sandbox)
    assert.ok(history.some((line) => line.startsWith('RolledBack')))
    await sandbox.gitproc('resume')
    await sandbox.synced()
    assert.equal(await command(sandbox, 'web.service'), '/bin/sleep 2000')
  })

  test('is taken back by the daemon that was there all the time', async () => {
    await sandbox.gitproc('suspend')
    await sandbox.commit({ 'web.service': sleeper(4000), 'new.service': '' })
    assert.equal((await sandbox.gitproc('sync', '--now', '--confirm', '8s')).status, 0)
    await sandbox.until(({ syncReason }) => syncReason === 'RolledBack')
    await sandbox.reaches('web.service', 'running')
    assert.equal(await command(sandbox, 'web.service'), '/bin/sleep 2000')
  })
})

describe('rollback', () => {
  let sandbox: Sandbox
  before(async () => {
    sandbox = await running({}, { 'web.service': sleeper() })
    await sandbox.deploy({ 'web.service': sleeper(2000) })
  })
  after(() => sandbox.end())

  test('shows the plan and changes nothing where nobody can be asked and nobody said yes', async () => {
    const { status, stdout, stderr } = await sandbox.gitproc('rollback')
    assert.equal(status, 64)
    assert.match(stdout, /~ web\s+ExecStart= \/bin\/sleep 2000 → \/bin\/sleep 1000\s+restart/)
    assert.match(stderr, /gitproc rollback [0-9a-f]{7} --yes/)
    assert.equal(await command(sandbox, 'web.service'), '/bin/sleep 2000')
  })

  test('asks on a terminal, and takes nothing but yes for yes', {
    skip: hasTmux ? false : 'needs tmux',
  }, async () => {
    for (const [answer, expected] of [
      ['Enter', 'Nothing was changed.'],
      ['y', 'Made commit'],
    ] as const) {
      const tmux = new Tmux(`${process.execPath} ${main} rollback; sleep 1000`, {
        directory: sandbox.prefix,
        env: sandbox.env,
        columns: 120,
        rows: 40,
      })
      try {
        await tmux.shows(/Go back to [0-9a-f]{7}\? \[y\/N\]/)
        tmux.press(answer, 'Enter')
        await tmux.shows(new RegExp(expected))
      } finally {
        tmux.end()
      }
    }
    await sandbox.synced()
    assert.equal(await command(sandbox, 'web.service'), '/bin/sleep 1000')
    await sandbox.deploy({ 'web.service': sleeper(2000) })
  })

  test('--pin keeps this host where it is told, through commits and restarts, until resume', async () => {
    const pinned = await sandbox.gitproc(
      'rollback',
      'HEAD~1',
      '--pin',
      '--yes',
      '--reason',
      'disk',
      '-o',
      'json',
    )
    assert.equal(pinned.status, 0, pinned.stderr)
    const answer = JSON.parse(pinned.stdout) as RollbackAnswer
    assert.equal(answer.commit, undefined)
    assert.equal(await command(sandbox, 'web.service'), '/bin/sleep 1000')
    await sandbox.commit({ 'web.service': sleeper(3000) })
    assert.equal((await sandbox.gitproc('sync')).status, 6)
    await sandbox.kill()
    await sandbox.start()
    const { stdout } = await sandbox.gitproc('status')
    assert.match(stdout, /OUT OF SYNC \(pinned\)/)
    assert.match(stdout, /pinned to [0-9a-f]{7} by \S+: disk \(\d+s ago\)\s+gitproc resume/)
    assert.equal(await command(sandbox, 'web.service'), '/bin/sleep 1000')
    assert.equal((await sandbox.gitproc('rollback', '--yes')).status, 6)
    await sandbox.gitproc('resume')
    await sandbox.until(({ sync }) => sync === 'Synced')
    assert.equal(await command(sandbox, 'web.service'), '/bin/sleep 3000')
  })

  test('that fails says so by its exit status', async () => {
    await sandbox.deploy({ 'web.service': sleeper(4000), 'mode.service': sleeper() })
    writeFileSync(join(sandbox.prefix, 'flag'), '')
    const wants = `[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=/usr/bin/test -e ${join(sandbox.prefix, 'flag')}\n`
    await sandbox.deploy({ 'check.service': wants })
    await sandbox.deploy({ 'check.service': '' })
    await sandbox.exec('/bin/rm', [join(sandbox.prefix, 'flag')])
    const { status, stdout } = await sandbox.gitproc('rollback', 'HEAD~1', '--yes')
    assert.equal(status, 1, stdout)
    assert.match(stdout, /the commit was rolled back/)
  })

  test('two at the same time take turns, and each is told what came of its own', async () => {
    const targets: string[] = []
    for (const seconds of [5000, 6000, 7000]) {
      await sandbox.deploy({ 'web.service': sleeper(seconds), 'check.service': '' })
      targets.push(await sandbox.git('rev-parse', 'HEAD'))
    }
    const [one, two] = await Promise.all(
      targets.slice(0, 2).map((sha) => sandbox.gitproc('rollback', sha, '--yes', '-o', 'json')),
    )
    const commits = [one!, two!].map(({ stdout, stderr }) => {
      assert.ok(stdout.startsWith('{'), stderr)
      return JSON.parse(stdout) as RollbackAnswer
    })
    const tip = await sandbox.git('rev-parse', 'HEAD')
    const last = commits.find(({ commit }) => commit?.sha === tip)
    assert.ok(last, 'one of them is the tip')
    const status = await sandbox.synced()
    assert.equal(status.revision?.sha, tip)
    assert.equal(await sandbox.git('diff', '--stat', tip, last.to.sha), '')
    assert.equal(last.overtakenBy, undefined)
    assert.equal(last.generation?.outcome, 'Healthy')
    const first = commits.find((answer) => answer !== last)
    const wasOvertaken = first?.overtakenBy !== undefined || first?.generation?.outcome === 'Superseded'
    const isFirst = (await sandbox.git('rev-parse', 'HEAD~1')) === first?.commit?.sha
    assert.ok(isFirst && (wasOvertaken || first?.generation?.outcome === 'Healthy'))
    assert.deepEqual([one, two].map((ran) => ran?.status).sort(), wasOvertaken ? [0, 1] : [0, 0])
  })
})

describe('a plan', () => {
  let sandbox: Sandbox
  before(async () => {
    sandbox = await running({}, { 'web.service': sleeper() })
    await sandbox.gitproc('suspend')
  })
  after(() => sandbox.end())

  test('exits 0 for nothing to do, 2 for changes, 1 for errors, 4 for what is no revision', async () => {
    assert.equal((await sandbox.gitproc('plan')).status, 0)
    await sandbox.commit({ 'web.service': sleeper(2000) })
    const changes = await sandbox.gitproc('plan')
    assert.equal(changes.status, 2)
    assert.match(changes.stdout, /It waits: commits are suspended/)
    assert.equal((await sandbox.gitproc('plan', 'HEAD~1')).status, 0)
    assert.equal((await sandbox.gitproc('plan', '--from', 'HEAD~1', '--to', 'HEAD')).status, 2)
    assert.equal((await sandbox.gitproc('plan', '--from', 'HEAD', '--to', 'HEAD')).status, 0)
    assert.equal((await sandbox.gitproc('plan', 'nothing-of-that-name')).status, 4)
    await sandbox.git('checkout', '-q', '-b', 'bad')
    await sandbox.commit({ 'web.service': '[Service]\nRestart=always\n' })
    await sandbox.git('checkout', '-q', '-')
    const bad = await sandbox.gitproc('plan', 'bad')
    assert.equal(bad.status, 1)
    assert.match(bad.stdout, /Refused for \d+ errors?: nothing would be done/)
    assert.equal((await sandbox.gitproc('plan', '--from', 'HEAD', '--to', 'bad')).status, 1)
  })

  test('is applied by its hash, and only while nothing has moved', async () => {
    const { plan } = JSON.parse((await sandbox.gitproc('plan', '-o', 'json')).stdout) as PlanAnswer
    await sandbox.commit({ 'web.service': sleeper(3000) })
    const moved = await sandbox.gitproc('sync', '--now', '--plan', plan.hash)
    assert.equal(moved.status, 1)
    assert.match(moved.stderr, /the plan is another one now/)
    assert.equal(await command(sandbox, 'web.service'), '/bin/sleep 1000')
    const again = JSON.parse((await sandbox.gitproc('plan', '-o', 'json')).stdout) as PlanAnswer
    const done = await sandbox.gitproc('sync', '--now', '--plan', again.plan.hash)
    assert.equal(done.status, 0, done.stderr)
    assert.equal(await command(sandbox, 'web.service'), '/bin/sleep 3000')
  })
})

test('strict = yes is the same to verify, to a plan without a daemon and to the daemon', async () => {
  const sandbox = new Sandbox()
  try {
    await sandbox.init({ 'web.service': sleeper(1000, 'SELinuxContext=system_u:system_r:web_t:s0') })
    const asked = [['verify'], ['plan'], ['plan', '--from', 'HEAD', '--to', 'HEAD']]
    const statuses = async (): Promise<readonly number[]> => {
      const ran = await Promise.all(asked.map((words) => sandbox.gitproc(...words)))
      return ran.map(({ status }) => status)
    }
    assert.deepEqual(await statuses(), [0, 2, 0])
    assert.equal((await sandbox.gitproc('verify', '--strict')).status, 1)
    assert.equal((await sandbox.gitproc('verify', '--strict', join(sandbox.repo, 'web.service'))).status, 1)
    sandbox.env['GITPROC_STRICT'] = 'yes'
    assert.deepEqual(await statuses(), [1, 1, 1])
    await sandbox.start()
    const status = await sandbox.until(({ syncReason }) => syncReason === 'Refused')
    assert.match(status.pending?.why ?? '', /refused: strict = yes/)
    assert.equal((await sandbox.gitproc('plan')).status, 1)
  } finally {
    await sandbox.end()
  }
})

test('a sync window that is shut lets commits wait, and a person may go ahead', async () => {
  const sandbox = new Sandbox({ settings: { SYNC_WINDOW: 'deny * * * * * 2min' } })
  try {
    await sandbox.init({ 'web.service': sleeper() })
    await sandbox.start()
    const { status, stdout } = await sandbox.gitproc('sync')
    assert.equal(status, 6)
    assert.match(stdout, /"deny \* \* \* \* \* 2min" shuts.*\s+gitproc sync --now/s)
    assert.equal((await sandbox.gitproc('sync', '--now')).status, 0)
    assert.equal((await sandbox.unit('web.service')).subState, 'running')
  } finally {
    await sandbox.end()
  }
})

describe('a hold for a while', () => {
  let sandbox: Sandbox
  before(async () => {
    sandbox = await running({}, { 'web.service': sleeper() })
  })
  after(() => sandbox.end())

  test('ends by itself, and is shown until then', async () => {
    const { status } = await sandbox.gitproc('stop', 'web', '--reason', 'noisy', '--until', '1h')
    assert.equal(status, 0)
    assert.match((await sandbox.gitproc('status')).stdout, /web\.service is held by \S+ until .*: noisy/)
    assert.match((await sandbox.gitproc('status', 'web')).stdout, /Hold: by .* until .*: "noisy"/)
    await sandbox.gitproc('stop', 'web', '--until', '2s')
    await sandbox.until(({ units }) => units[0]?.hold === undefined && units[0]?.subState === 'running')
  })

  test('ends while the daemon is away', async () => {
    await sandbox.gitproc('stop', 'web', '--until', '2s')
    await sandbox.kill()
    await sandbox.exec('/bin/sleep', ['2'])
    await sandbox.start()
    await sandbox.until(({ units }) => units[0]?.hold === undefined && units[0]?.subState === 'running')
  })

  test('that makes no sense is refused', async () => {
    assert.equal((await sandbox.gitproc('stop', 'web', '--until', 'yesterday')).status, 64)
    assert.equal((await sandbox.gitproc('stop', 'web', '--until', 'soon')).status, 64)
    assert.equal((await sandbox.gitproc('stop', 'web', '--no-hold', '--until', '1h')).status, 64)
  })
})

describe('many at once', () => {
  let sandbox: Sandbox
  before(async () => {
    sandbox = await running({}, { 'web.service': sleeper(), 'db.service': sleeper() })
  })
  after(() => sandbox.end())

  test('twenty quick commits end at the last one, each process started from a commit of the branch', async () => {
    for (let round = 1; round <= 20; round += 1)
      await sandbox.commit({ 'web.service': sleeper(1000 + round) })
    const tip = await sandbox.git('rev-parse', 'HEAD')
    const status = await sandbox.synced()
    assert.equal(status.sync, 'Synced')
    assert.equal(status.revision?.sha, tip)
    assert.equal(await command(sandbox, 'web.service'), '/bin/sleep 1020')
    const { generations } = await sandbox.get<HistoryAnswer>('/v1/history?limit=100')
    assert.ok(generations.every(({ outcome }) => outcome === 'Healthy' || outcome === 'Superseded'))
    assert.equal(generations[0]?.outcome, 'Healthy')
    assert.ok(generations.every(({ endedAtMs }) => endedAtMs !== undefined))
  })

  test('a stop and a sync at the same moment: the stop holds, whichever comes first', async () => {
    for (let round = 0; round < 5; round += 1) {
      await sandbox.commit({ 'web.service': sleeper(2000 + round), 'db.service': sleeper(2000 + round) })
      const [stop] = await Promise.all([sandbox.gitproc('stop', 'web'), sandbox.gitproc('sync')])
      assert.equal(stop.status, 0, stop.stderr)
      const status = await sandbox.synced()
      assert.equal(status.syncReason, 'Held')
      assert.equal((await sandbox.unit('web.service')).activeState, 'inactive')
      assert.equal(await command(sandbox, 'db.service'), `/bin/sleep ${2000 + round}`)
      assert.equal((await sandbox.gitproc('start', 'web')).status, 0)
      assert.equal(await command(sandbox, 'web.service'), `/bin/sleep ${2000 + round}`)
    }
  })

  test('syncs at the same moment are answered all alike', async () => {
    await sandbox.commit({ 'web.service': sleeper(3000) })
    const answers = await Promise.all(Array.from({ length: 5 }, () => sandbox.gitproc('sync')))
    assert.deepEqual(
      answers.map(({ status }) => status),
      [0, 0, 0, 0, 0],
    )
  })
})
