import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { StatusAnswer } from '../../src/api/contract.ts'
import { GitprocError } from '../../src/base/error.ts'
import type { Policy } from '../../src/controller/ports.ts'
import { decline } from '../../src/controller/standing-orders.ts'
import { parseSyncWindows } from '../../src/plan/sync-windows.ts'
import { ControllerHost } from '../support/controller-host.ts'
import { MovableClock } from '../support/movable-clock.ts'
import { service } from '../support/trees.ts'

const me = { who: 'ada' }
const changed = service('UMask=027')

const booted = async (policy: Partial<Policy> = {}, files: Readonly<Record<string, string>> = {}) => {
  const clock = new MovableClock()
  const host = new ControllerHost(policy, clock)
  host.repository.commit({ 'a.service': service(), ...files })
  await host.boot()
  await host.controller.sync({ who: 'test', wait: true, now: true })
  return { host, clock, controller: () => host.controller }
}

const restart = async (host: ControllerHost): Promise<void> => {
  await host.controller.close()
  await host.boot()
}

/** Resolves once the condition holds; looked at after everything that was promised has happened. */
const until = async (
  host: ControllerHost,
  holds: (status: StatusAnswer) => boolean,
): Promise<StatusAnswer> => {
  for (let turn = 0; turn < 2000; turn += 1) {
    const status = await host.controller.status()
    if (holds(status)) return status
    await new Promise((resolve) => setImmediate(resolve))
  }
  throw new Error(`not reached: ${holds}\n${JSON.stringify(await host.controller.status(), null, 1)}`)
}

/** Lets everything happen that can without time or anybody's doing. */
const turns = async (count: number): Promise<void> => {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve))
}

const isApplying = ({ syncReason }: StatusAnswer): boolean => syncReason === 'Progressing'

const hangingDeploy = async () => {
  const made = await booted()
  const { host } = made
  host.supervisor.hanging.add('slow.service')
  host.repository.commit({ 'a.service': changed, 'slow.service': service() })
  await until(host, (status) => isApplying(status) && host.supervisor.calls.includes('start slow.service'))
  return made
}

describe('cancel', () => {
  test('ends a deployment that hangs and takes it back; polls and restarts leave it at that', async () => {
    const { host } = await hangingDeploy()
    const answer = await host.controller.cancel({ ...me, reason: 'wrong branch' })
    assert.match(answer.text, /is cancelled/)
    const status = await host.settled()
    assert.equal(status.syncReason, 'RolledBack')
    assert.match(status.pending?.why ?? '', /cancelled by ada: wrong branch/)
    assert.equal(host.supervisor.umaskOf('a.service'), 0o22)
    assert.equal(host.supervisor.status('slow.service'), undefined)
    const outcomes = host.outcomes()
    assert.deepEqual(outcomes.slice(0, 2), ['Healthy automatic rollback', 'RolledBack commit'])
    host.repository.poll()
    await host.settled()
    await restart(host)
    await host.settled()
    assert.deepEqual(host.outcomes(), outcomes)
  })

  test('is over with sync --retry, and with the next commit', async () => {
    const { host } = await hangingDeploy()
    await host.controller.cancel(me)
    await host.settled()
    host.supervisor.hanging.clear()
    await host.controller.sync({ ...me, wait: true, retry: true })
    assert.equal((await host.controller.status()).sync, 'Synced')
    assert.equal(host.supervisor.umaskOf('a.service'), 0o27)
  })

  test('of the first deployment of all leaves what has moved, since there is nothing to go back to', async () => {
    const host = new ControllerHost({}, new MovableClock())
    host.supervisor.hanging.add('slow.service')
    host.repository.commit({ 'a.service': service(), 'slow.service': service() })
    await host.boot()
    await until(host, (status) => isApplying(status) && host.supervisor.calls.includes('start slow.service'))
    await host.controller.cancel(me)
    await host.settled()
    assert.deepEqual(host.outcomes(), ['Degraded boot'])
  })

  test('is refused where nothing is being applied', async () => {
    const { host } = await booted()
    await assert.rejects(host.controller.cancel(me), { code: 'plan/nothing' })
  })
})

describe('a hook that is under way', () => {
  const hook = (extra = '') =>
    `${service(`Type=oneshot\nRemainAfterExit=no\n${extra}`)}\n[Install]\nX-DeployHook=PreSync\n`
  const moves = (calls: readonly string[]): readonly string[] =>
    calls.filter((call) => /^(start|restart|stop) migrate/.test(call))
  const underWay = async (newHook: string) => {
    const made = await booted({}, { 'migrate.service': hook() })
    const { host } = made
    host.supervisor.hanging.add('migrate.service')
    const count = host.supervisor.calls.length
    host.repository.commit({ 'a.service': changed, 'migrate.service': newHook })
    await until(host, () => host.supervisor.calls.length > count)
    host.supervisor.hanging.clear()
    return { ...made, calls: () => host.supervisor.calls.slice(count) }
  }

  for (const [what, newHook] of [
    ['new', hook('UMask=077')],
    ['the same', hook()],
  ] as const)
    test(`is stopped when its deployment is cancelled, and the one of the old state does not run (${what})`, async () => {
      const { host, calls } = await underWay(newHook)
      await host.controller.cancel(me)
      await until(host, () => host.outcomes()[0] === 'Healthy automatic rollback')
      assert.deepEqual(moves(calls()), ['start migrate.service', 'stop migrate.service'])
    })

  test('is stopped when a newer commit comes, whose own hook runs then', async () => {
    const { host, calls } = await underWay(hook())
    await host.deploy({ 'a.service': changed, 'migrate.service': hook(), 'b.service': service() })
    assert.deepEqual(calls().slice(0, 3), [
      'start migrate.service',
      'stop migrate.service',
      'start migrate.service',
    ])
  })

  test('is stopped by the next daemon, where the commit was cancelled and the daemon died', async () => {
    const { host, calls } = await underWay(hook('UMask=077'))
    const { sha } = host.stores.generations.latest(1)[0]!.revision
    await host.controller.close()
    await host.stores.orders.change(decline(sha, 'cancelled by ada', 1))
    await host.boot()
    await until(host, () => host.outcomes()[0] === 'Healthy automatic rollback')
    assert.deepEqual(moves(calls()), ['start migrate.service', 'stop migrate.service'])
  })
})

describe('the deadline', () => {
  for (const verb of ['start', 'stop', 'update'] as const)
    test(`ends the ${verb} of a unit that never comes to an end`, async () => {
      const { host, clock } = await booted({ deadlineMs: 60_000 }, { 'b.service': service() })
      const never = new Promise<never>(() => {})
      const begun = Promise.withResolvers<void>()
      host.supervisor[verb] = () => {
        begun.resolve()
        return never
      }
      const files = {
        start: { 'a.service': service(), 'b.service': service(), 'c.service': service() },
        stop: { 'a.service': service() },
        update: { 'a.service': service(), 'b.service': service('MemoryMax=64M') },
      }[verb]
      host.repository.commit(files)
      await begun.promise
      await clock.advance(61_000)
      const status = await until(host, ({ syncReason }) => syncReason === 'RolledBack')
      assert.match(status.pending?.why ?? '', /had not ended at the deadline/)
    })
})

describe('a commit that removes too much', () => {
  const four = { 'b.service': service(), 'c.service': service(), 'd.service': service() }
  const guarded: Partial<Policy> = { pruneLimit: { kind: 'percent', percent: 50 } }

  test('waits as a whole, says what it would remove, and goes on with sync --prune', async () => {
    const { host } = await booted(guarded, four)
    const status = await host.deploy({ 'a.service': changed, 'e.service': service() })
    assert.equal(status.syncReason, 'PruneGuard')
    assert.match(status.pending?.why ?? '', /removes 3 of 4 units \(b\.service, c\.service, d\.service\)/)
    assert.equal(status.pending?.remedy, 'gitproc sync --prune')
    assert.equal(host.supervisor.umaskOf('a.service'), 0o22)
    assert.equal(host.supervisor.status('e.service'), undefined)
    await restart(host)
    assert.equal((await host.settled()).syncReason, 'PruneGuard')
    await host.controller.sync({ ...me, wait: true, prune: true })
    assert.equal((await host.controller.status()).sync, 'Synced')
    assert.equal(host.supervisor.status('b.service'), undefined)
    assert.equal(host.supervisor.umaskOf('a.service'), 0o27)
  })

  test('is let go by the commit that puts them back', async () => {
    const { host } = await booted(guarded, four)
    await host.deploy({ 'a.service': service() })
    const status = await host.deploy({ 'a.service': changed, ...four })
    assert.equal(status.sync, 'Synced')
    assert.ok(!host.supervisor.calls.some((call) => call.startsWith('stop')))
  })

  test('does not cut short what is being applied: only when that is over, it waits', async () => {
    const { host } = await booted(guarded, four)
    host.supervisor.hanging.add('slow.service')
    host.repository.commit({ 'a.service': service(), ...four, 'slow.service': service() })
    await until(host, () => host.supervisor.calls.includes('start slow.service'))
    host.repository.commit({ 'a.service': service() })
    await turns(50)
    host.supervisor.come('slow.service')
    await until(host, ({ syncReason }) => syncReason === 'PruneGuard')
    assert.equal(host.supervisor.status('slow.service')?.activeState, 'active')
    assert.deepEqual(host.outcomes(), ['Healthy commit', 'Healthy boot'])
  })

  test('supersedes what is being applied once a person says that it may remove so much', async () => {
    const { host } = await booted(guarded, four)
    host.supervisor.hanging.add('slow.service')
    host.repository.commit({ 'a.service': service(), ...four, 'slow.service': service() })
    await until(host, () => host.supervisor.calls.includes('start slow.service'))
    host.repository.commit({ 'a.service': service() })
    await host.controller.sync({ ...me, wait: true, prune: true })
    assert.deepEqual(
      host.supervisor.statuses().map(({ name }) => name),
      ['a.service'],
    )
    assert.deepEqual(host.outcomes().slice(0, 2), ['Healthy sync', 'Superseded commit'])
  })

  test('may be the revert of one that is still being applied: what nobody has seen working is not missed', async () => {
    const { host } = await booted(guarded)
    host.supervisor.hanging.add('b.service')
    host.repository.commit({ 'a.service': service(), ...four })
    await until(host, () => host.supervisor.calls.includes('start b.service'))
    const status = await host.deploy({ 'a.service': service() })
    assert.equal(status.sync, 'Synced')
    assert.deepEqual(
      host.supervisor.statuses().map(({ name }) => name),
      ['a.service'],
    )
  })
})

test('a commit with errors does not cut short what is being applied', async () => {
  const { host } = await hangingDeploy()
  host.repository.commit({ 'a.service': '[Service]\nRestart=always\n' })
  await turns(50)
  host.supervisor.come('slow.service')
  await until(host, ({ syncReason }) => syncReason === 'Refused')
  assert.deepEqual(host.outcomes(), ['Refused commit', 'Healthy commit', 'Healthy boot'])
})

describe('a commit that the host made fail', () => {
  const beingTried = async () => {
    const made = await booted()
    const { host } = made
    host.supervisor.hasHostFault = true
    host.supervisor.hanging.add('a.service')
    host.repository.commit({ 'a.service': changed })
    await until(host, () => host.supervisor.calls.includes('restart a.service'))
    return made
  }
  const fail = (host: ControllerHost): void => {
    host.supervisor.hanging.clear()
    host.supervisor.fail('a.service')
  }
  const once = ['Healthy automatic rollback', 'RolledBack commit', 'Healthy boot']

  test('is not tried again by a sync that was asked for before it had failed', async () => {
    const { host } = await beingTried()
    const sync = host.controller.sync({ ...me, wait: true })
    await turns(20)
    fail(host)
    const answer = await sync
    assert.equal(answer.syncReason, 'RolledBack')
    assert.deepEqual(host.outcomes(), once)
  })

  test('is tried again by a sync that was asked for when it was known', async () => {
    const { host, clock } = await beingTried()
    fail(host)
    await until(host, () => host.outcomes()[0] === once[0])
    await host.controller.sync({ ...me, wait: true, agoMs: 3_600_000 })
    assert.deepEqual(host.outcomes(), once, 'nobody could know when it was asked for')
    await clock.advance(3_700_000)
    await host.controller.sync({ ...me, wait: true, agoMs: 3_600_000 })
    assert.equal(host.supervisor.umaskOf('a.service'), 0o27)
    assert.equal((await host.controller.status()).sync, 'Synced')
  })
})

describe('suspend', () => {
  test('lets commits wait, also after a restart, until resume', async () => {
    const { host } = await booted()
    await host.controller.suspend({ ...me, reason: 'audit' })
    assert.equal((await host.settled()).sync, 'Synced')
    let status = await host.deploy({ 'a.service': changed })
    assert.equal(status.syncReason, 'Suspended')
    await restart(host)
    status = await host.settled()
    assert.equal(status.syncReason, 'Suspended')
    assert.match(status.notices[0]?.text ?? '', /suspended by ada: no commit is applied: audit/)
    assert.equal(host.supervisor.umaskOf('a.service'), 0o22)
    await host.controller.resume(me)
    status = await until(host, ({ sync }) => sync === 'Synced')
    assert.equal(host.supervisor.umaskOf('a.service'), 0o27)
    assert.deepEqual(status.notices, [])
  })

  test('ends by itself at its time, also while the daemon is away', async () => {
    const { host, clock } = await booted()
    await host.controller.suspend({ ...me, untilMs: clock.now() + 60_000 })
    await host.deploy({ 'a.service': changed })
    await clock.advance(59_000)
    assert.equal((await host.settled()).syncReason, 'Suspended')
    await clock.advance(2000)
    await until(host, ({ sync }) => sync === 'Synced')
    await host.controller.suspend({ ...me, untilMs: clock.now() + 60_000 })
    await host.deploy({ 'a.service': service() })
    await host.controller.close()
    await clock.advance(60_000)
    await host.boot()
    await until(host, ({ sync }) => sync === 'Synced')
    assert.equal(host.supervisor.umaskOf('a.service'), 0o22)
  })

  test('does not end what is being applied, and a boot of the host still starts what was applied', async () => {
    const { host } = await hangingDeploy()
    host.supervisor.hanging.clear()
    await host.controller.suspend(me)
    host.repository.commit({ 'a.service': service() })
    await restart(host)
    await until(host, isApplying)
    host.supervisor.come('slow.service')
    const status = await until(host, ({ syncReason }) => syncReason === 'Suspended')
    assert.equal(host.supervisor.status('slow.service')?.activeState, 'active')
    assert.equal(status.units.length, 2)
    await host.controller.close()
    host.supervisor.forgetAll()
    await host.boot()
    await until(host, ({ syncReason }) => syncReason === 'Suspended')
    await host.settled()
    assert.equal(host.supervisor.umaskOf('a.service'), 0o27)
    assert.equal(host.supervisor.status('slow.service')?.activeState, 'active')
  })

  test('is gone round by a person who says now, and by a rollback; and goes on', async () => {
    const { host } = await booted()
    await host.controller.suspend(me)
    await host.deploy({ 'a.service': changed })
    await host.controller.sync({ ...me, wait: true, now: true })
    assert.equal(host.supervisor.umaskOf('a.service'), 0o27)
    await host.controller.rollback({ ...me, wait: true })
    assert.equal(host.supervisor.umaskOf('a.service'), 0o22)
    assert.equal((await host.deploy({ 'a.service': changed })).syncReason, 'Suspended')
  })
})

describe('a sync window', () => {
  const windows = (text: string): Partial<Policy> => {
    const parsed = parseSyncWindows(text)
    assert.ok(parsed.ok)
    return { syncWindows: parsed.value }
  }

  test('that is shut lets commits wait until it opens', async () => {
    const clock = new MovableClock()
    const soon = new Date(clock.now() + 7_200_000)
    const { host, clock: itsClock } = await booted(
      windows(`allow ${soon.getUTCMinutes()} ${soon.getUTCHours()} * * * 1h`),
    )
    const status = await host.deploy({ 'a.service': changed })
    assert.equal(status.syncReason, 'OutsideWindow')
    assert.match(status.pending?.why ?? '', /no sync window is open until/)
    await itsClock.advance(7_200_000)
    await until(host, ({ sync }) => sync === 'Synced')
    assert.equal(host.supervisor.umaskOf('a.service'), 0o27)
  })

  test('that is shut is gone round by a person who says now, and by a rollback', async () => {
    const { host } = await booted(windows('deny * * * * * 2min'))
    await host.deploy({ 'a.service': changed })
    const waiting = await host.controller.sync({ ...me, wait: true })
    assert.equal(waiting.waits?.remedy, 'gitproc sync --now')
    await host.controller.sync({ ...me, wait: true, now: true })
    assert.equal(host.supervisor.umaskOf('a.service'), 0o27)
    const back = await host.controller.rollback({ ...me, wait: true })
    assert.equal(back.generation?.outcome, 'Healthy')
    assert.equal(host.supervisor.umaskOf('a.service'), 0o22)
  })
})

describe('a pin', () => {
  test('holds this host at a revision, through commits and restarts, until resume', async () => {
    const { host } = await booted()
    const [first] = host.stores.generations.latest(1)
    await host.deploy({ 'a.service': changed })
    const answer = await host.controller.rollback({
      ...me,
      revision: 'HEAD~1',
      pin: true,
      reason: 'disk',
      wait: true,
    })
    assert.equal(answer.commit, undefined)
    assert.equal(answer.generation?.outcome, 'Healthy')
    assert.equal(host.supervisor.umaskOf('a.service'), 0o22)
    let status = await host.deploy({ 'a.service': changed, 'b.service': service() })
    assert.equal(status.syncReason, 'Pinned')
    assert.equal(status.revision?.sha, first?.revision.sha)
    await restart(host)
    status = await host.settled()
    assert.equal(status.syncReason, 'Pinned')
    assert.match(status.notices[0]?.text ?? '', /pinned to \w{7} by ada: disk/)
    const waiting = await host.controller.sync({ ...me, wait: true })
    assert.match(waiting.waits?.why ?? '', /pinned to/)
    assert.match((await host.controller.plan(undefined)).waits?.why ?? '', /pinned to/)
    await assert.rejects(host.controller.rollback({ ...me, wait: true }), { code: 'plan/waits' })
    await host.controller.resume(me)
    await until(host, ({ sync }) => sync === 'Synced')
    assert.equal(host.supervisor.umaskOf('a.service'), 0o27)
  })
})

test('a pin whose way fails stands, so that nothing newer is applied, and says what runs instead', async () => {
  const { host } = await booted()
  const [first] = host.stores.generations.latest(1)
  await host.deploy({ 'a.service': changed })
  host.supervisor.failsWhen = (unit) => unit.service?.UMask === 0o22
  const pinned = await host.controller.rollback({
    ...me,
    revision: first!.revision.sha,
    pin: true,
    reason: 'disk',
    wait: true,
  })
  assert.equal(pinned.generation?.outcome, 'RolledBack')
  const { notices, syncReason } = await host.deploy({ 'a.service': service('UMask=077') })
  assert.equal(syncReason, 'Pinned')
  assert.match(notices[0]?.text ?? '', /^pinned to 1\w* by ada, which was taken back \(2\w* runs\): disk$/)
  assert.equal(host.supervisor.umaskOf('a.service'), 0o27)
})

describe('a pin whose way is cancelled', () => {
  const shaOf = (host: ControllerHost): string => host.stores.generations.latest(1)[0]!.revision.sha
  /** Three commits, of which the last one is good; whoever goes back hangs at `a.service`. */
  const threeCommits = async () => {
    const made = await booted()
    const { host } = made
    const shas = [shaOf(host)]
    for (const mask of ['007', '027']) {
      await host.deploy({ 'a.service': service(`UMask=${mask}`) })
      shas.push(shaOf(host))
    }
    host.supervisor.hanging.add('a.service')
    return { ...made, shas }
  }
  const beginPin = async (host: ControllerHost, revision: string): Promise<void> => {
    const count = host.supervisor.calls.length
    await host.controller.rollback({ ...me, revision, pin: true })
    await until(host, (status) => isApplying(status) && host.supervisor.calls.length > count)
  }
  const cancel = async (host: ControllerHost): Promise<string> => {
    host.supervisor.hanging.clear()
    const { text } = await host.controller.cancel(me)
    await until(host, () => host.outcomes()[0] === 'Healthy automatic rollback')
    await host.settled()
    return text
  }

  test('goes with it: this host follows the branch, as before', async () => {
    const { host, shas } = await threeCommits()
    await beginPin(host, shas[0]!)
    assert.match(await cancel(host), /taken back with the pin to it/)
    const status = await host.controller.status()
    assert.equal(status.orders?.pin, undefined)
    assert.equal(status.sync, 'Synced')
    assert.equal(host.supervisor.umaskOf('a.service'), 0o27)
    await host.deploy({ 'a.service': service('UMask=077') })
    assert.equal(host.supervisor.umaskOf('a.service'), 0o77)
  })

  test('leaves in force the pin that it was to replace', async () => {
    const { host, shas } = await threeCommits()
    host.supervisor.hanging.clear()
    await host.controller.rollback({ ...me, revision: shas[1]!, pin: true, reason: 'disk', wait: true })
    host.supervisor.hanging.add('a.service')
    await beginPin(host, shas[0]!)
    await cancel(host)
    const { orders, syncReason } = await host.controller.status()
    assert.deepEqual([orders?.pin?.sha, orders?.pin?.reason, syncReason], [shas[1], 'disk', 'Pinned'])
    assert.equal(host.supervisor.umaskOf('a.service'), 0o7)
  })

  test('does not go back to a pin whose way was cut short by it', async () => {
    const { host, shas } = await threeCommits()
    await beginPin(host, shas[1]!)
    await beginPin(host, shas[0]!)
    await cancel(host)
    assert.equal((await host.controller.status()).orders?.pin, undefined)
    assert.equal(host.supervisor.umaskOf('a.service'), 0o27)
  })

  test('can be set anew', async () => {
    const { host, shas } = await threeCommits()
    await beginPin(host, shas[0]!)
    await cancel(host)
    const { generation } = await host.controller.rollback({
      ...me,
      revision: shas[0]!,
      pin: true,
      wait: true,
    })
    assert.equal(generation?.outcome, 'Healthy')
    assert.equal((await host.controller.status()).orders?.pin?.sha, shas[0])
  })

  test('does not bring back a tip that had failed before', async () => {
    const { host, shas } = await threeCommits()
    host.supervisor.hanging.clear()
    host.supervisor.failsWhen = (unit) => unit.service?.UMask === 0o77
    await host.deploy({ 'a.service': service('UMask=077'), 'b.service': service() })
    host.supervisor.hanging.add('a.service')
    await beginPin(host, shas[0]!)
    await cancel(host)
    assert.equal((await host.controller.status()).syncReason, 'RolledBack')
    assert.equal(host.supervisor.status('b.service'), undefined)
    await restart(host)
    await host.settled()
    assert.equal(host.supervisor.status('b.service'), undefined)
  })
})

test('what a person cancelled is not brought to its end because the commit after it has to wait', async () => {
  const { host } = await hangingDeploy()
  const { sha } = host.stores.generations.latest(1)[0]!.revision
  // The daemon dies right after it wrote down that the commit is declined.
  await host.controller.close()
  await host.stores.orders.change(decline(sha, 'cancelled by ada', 1))
  host.supervisor.hanging.clear()
  await host.stores.orders.change((now) => ({
    ...now,
    suspension: { who: 'ada', sinceMs: 1, reason: undefined, untilMs: undefined },
  }))
  host.repository.commit({ 'a.service': service('UMask=007') })
  await host.boot()
  await host.settled()
  assert.equal(host.supervisor.umaskOf('a.service'), 0o22)
  assert.equal(host.supervisor.status('slow.service'), undefined)
})

describe('a sync that has to be confirmed', () => {
  const asked = async () => {
    const made = await booted()
    const { host } = made
    await host.controller.suspend(me)
    await host.deploy({ 'a.service': changed, 'b.service': service() })
    const answer = await host.controller.sync({ ...me, wait: true, now: true, confirmWithinMs: 600_000 })
    assert.ok(answer.confirmation)
    await host.stores.orders.change((orders) => ({ ...orders, suspension: undefined }))
    return made
  }

  test('stays when it is confirmed in time', async () => {
    const { host, clock } = await asked()
    const status = await host.controller.status()
    assert.equal(status.syncReason, 'Unconfirmed')
    assert.match(
      status.notices[0]?.text ?? '',
      /is taken back at .* unless it is confirmed \(asked for by ada\)/,
    )
    await assert.rejects(host.controller.sync(me), { code: 'plan/waits' })
    await host.controller.confirm(me)
    await until(host, ({ sync }) => sync === 'Synced')
    await clock.advance(700_000)
    assert.equal((await host.settled()).sync, 'Synced')
    assert.equal(host.supervisor.umaskOf('a.service'), 0o27)
    await assert.rejects(host.controller.confirm(me), { code: 'plan/nothing' })
  })

  test('is asked for before anything else applies what the look at a remote brings', async () => {
    const { host } = await booted()
    host.repository.look = async () => {
      host.repository.commit({ 'a.service': changed })
      await new Promise((resolve) => setImmediate(() => setImmediate(resolve)))
    }
    const answer = await host.controller.sync({ ...me, wait: true, confirmWithinMs: 600_000 })
    assert.ok(answer.confirmation)
    assert.equal(host.supervisor.umaskOf('a.service'), 0o27)
    await host.controller.cancel(me)
    await until(host, ({ syncReason }) => syncReason === 'RolledBack')
  })

  test('is taken back when nobody confirms it, and stays out like one that failed', async () => {
    const { host, clock } = await asked()
    await clock.advance(601_000)
    const status = await until(host, ({ syncReason }) => syncReason === 'RolledBack')
    await host.settled()
    assert.match(status.pending?.why ?? '', /^not confirmed by .*, as ada had asked$/)
    assert.equal(host.supervisor.umaskOf('a.service'), 0o22)
    assert.equal(host.supervisor.status('b.service'), undefined)
    const outcomes = host.outcomes()
    assert.deepEqual(outcomes.slice(0, 2), ['Healthy automatic rollback', 'RolledBack sync'])
    assert.deepEqual(
      host.stores.rejections.all().map(({ unit }) => unit),
      ['a.service', 'b.service'],
    )
    for (let poll = 0; poll < 20; poll += 1) await host.settled()
    assert.deepEqual(host.outcomes(), outcomes)
    await host.deploy({ 'a.service': changed, 'b.service': service(), 'c.service': service() })
    assert.equal(host.supervisor.umaskOf('a.service'), 0o22)
    assert.equal(host.supervisor.status('c.service')?.activeState, 'active')
  })

  test('is still waited for after a restart of the daemon, and can be confirmed then', async () => {
    const { host } = await asked()
    await restart(host)
    await until(host, ({ syncReason }) => syncReason === 'Unconfirmed')
    await host.controller.confirm(me)
    await until(host, ({ sync }) => sync === 'Synced')
    assert.equal(host.supervisor.umaskOf('a.service'), 0o27)
    assert.match(host.outcomes()[0] ?? '', /^Healthy/)
  })

  test('is taken back by the next daemon when time ran out while none was there', async () => {
    const { host, clock } = await asked()
    await restart(host)
    await until(host, ({ syncReason }) => syncReason === 'Unconfirmed')
    await host.controller.close()
    await clock.advance(601_000)
    await host.boot()
    await until(host, ({ syncReason }) => syncReason === 'RolledBack')
    await host.settled()
    assert.equal(host.supervisor.umaskOf('a.service'), 0o22)
    assert.equal(host.supervisor.status('b.service'), undefined)
    assert.match(host.stores.generations.latest(2)[1]?.reason ?? '', /^not confirmed/)
  })

  test('is taken back though git cannot be read by then, and the daemon died before', async () => {
    for (const isLate of [false, true]) {
      const { host, clock } = await asked()
      host.repository.trouble = new GitprocError('git/no-branch', 'main is gone')
      await host.controller.close()
      if (isLate) await clock.advance(601_000)
      await host.boot()
      if (!isLate) await until(host, ({ orders }) => orders?.confirmation !== undefined)
      if (!isLate) await clock.advance(601_000)
      await until(host, () => host.outcomes()[0] === 'Healthy automatic rollback')
      assert.equal(host.supervisor.umaskOf('a.service'), 0o22)
      assert.equal(host.supervisor.status('b.service'), undefined)
    }
  })

  test('lets newer commits wait until that is decided', async () => {
    const { host } = await asked()
    host.repository.commit({ 'a.service': service('UMask=007') })
    const status = await until(host, ({ pending }) => pending !== undefined)
    assert.equal(status.syncReason, 'Unconfirmed')
    assert.equal(host.supervisor.umaskOf('a.service'), 0o27)
    await host.controller.confirm(me)
    await until(host, ({ sync }) => sync === 'Synced')
    assert.equal(host.supervisor.umaskOf('a.service'), 0o7)
  })

  for (const way of ['a rollback', 'a pin'])
    test(`is not good because ${way} came instead of a yes`, async () => {
      const { host } = await asked()
      await host.controller.rollback({ ...me, wait: true, pin: way === 'a pin' })
      assert.equal(host.supervisor.umaskOf('a.service'), 0o22)
      assert.deepEqual(
        host.stores.generations.latest(2).map(({ outcome }) => outcome),
        ['Healthy', 'Superseded'],
      )
      assert.equal((await host.controller.status()).orders?.confirmation, undefined)
    })

  test('takes back a removal, too, and the next commit does not remove the unit after all', async () => {
    const { host, clock } = await booted({}, { 'b.service': service() })
    await host.controller.suspend(me)
    await host.deploy({ 'a.service': changed })
    await host.controller.sync({ ...me, wait: true, now: true, confirmWithinMs: 600_000 })
    assert.equal(host.supervisor.status('b.service'), undefined)
    await host.controller.resume(me)
    await clock.advance(601_000)
    await until(host, () => host.outcomes()[0] === 'Healthy automatic rollback')
    assert.equal(host.supervisor.status('b.service')?.activeState, 'active')
    const status = await host.deploy({ 'a.service': service('UMask=007') })
    assert.equal(host.supervisor.umaskOf('a.service'), 0o7)
    assert.equal(host.supervisor.status('b.service')?.activeState, 'active')
    assert.match(status.notices.map(({ text }) => text).join(), /b\.service stays although 0*\w+ removes it/)
    assert.equal(status.syncReason, 'RolledBack')
    await restart(host)
    await host.settled()
    assert.equal(host.supervisor.status('b.service')?.activeState, 'active')
    await host.controller.sync({ ...me, wait: true, retry: true })
    assert.equal(host.supervisor.status('b.service'), undefined)
  })

  test('can be cancelled meanwhile', async () => {
    const { host } = await asked()
    await host.controller.cancel(me)
    await host.settled()
    assert.equal(host.supervisor.umaskOf('a.service'), 0o22)
    assert.equal((await host.controller.status()).syncReason, 'RolledBack')
    await assert.rejects(host.controller.confirm(me), { code: 'plan/nothing' })
  })
})

describe('a plan by its hash', () => {
  test('is applied while nothing has moved, and refused when git or what runs has', async () => {
    const { host } = await booted()
    await host.controller.suspend(me)
    await host.deploy({ 'a.service': changed })
    const { plan, waits } = await host.controller.plan(undefined)
    assert.match(waits?.why ?? '', /suspended/)
    await host.stores.orders.change((orders) => ({ ...orders, suspension: undefined }))
    await assert.rejects(host.controller.sync({ ...me, wait: true, plan: '0123456789abcdef' }), {
      code: 'plan/moved',
    })
    assert.equal(host.supervisor.umaskOf('a.service'), 0o22)
    host.supervisor.fail('a.service')
    await assert.rejects(host.controller.sync({ ...me, wait: true, plan: plan.hash }), { code: 'plan/moved' })
    const again = await host.controller.plan(undefined)
    await host.controller.sync({ ...me, wait: true, plan: again.plan.hash })
    assert.equal(host.supervisor.umaskOf('a.service'), 0o27)
  })

  test('leaves out what is rejected, as applying it does', async () => {
    const { host } = await booted()
    host.supervisor.failsWhen = (unit) => unit.service?.UMask === 0o77
    await host.deploy({ 'a.service': service('UMask=077') })
    host.repository.trouble = undefined
    await host.controller.suspend(me)
    await host.deploy({ 'a.service': service('UMask=077'), 'b.service': service() })
    const { plan } = await host.controller.plan(undefined)
    assert.deepEqual(
      plan.steps.map(({ verb, unit }) => `${verb} ${unit}`),
      ['start b.service', 'keep a.service'].sort().reverse(),
    )
  })
})

describe('a hold with an end', () => {
  test('ends by itself, and the unit comes up as it is defined by then', async () => {
    const { host, clock } = await booted()
    await host.controller.verb('a.service', 'stop', { ...me, wait: true, untilMs: clock.now() + 60_000 })
    await host.deploy({ 'a.service': changed })
    assert.equal(host.supervisor.status('a.service')?.activeState, 'inactive')
    await clock.advance(61_000)
    const status = await until(host, ({ units }) => units[0]?.activeState === 'active')
    assert.equal(status.units[0]?.hold, undefined)
    assert.equal(host.supervisor.umaskOf('a.service'), 0o27)
  })

  test('ends while the daemon is away', async () => {
    const { host, clock } = await booted()
    await host.controller.verb('a.service', 'stop', { ...me, wait: true, untilMs: clock.now() + 60_000 })
    await host.controller.close()
    await clock.advance(61_000)
    await host.boot()
    await until(host, ({ units }) => units[0]?.activeState === 'active' && units[0].hold === undefined)
  })

  test('of a unit that was not up leaves it down', async () => {
    const { host, clock } = await booted()
    await host.controller.verb('a.service', 'stop', { ...me, wait: true, hold: false })
    await host.controller.verb('a.service', 'stop', { ...me, wait: true, untilMs: clock.now() + 60_000 })
    await clock.advance(61_000)
    const status = await until(host, ({ units }) => units[0]?.hold === undefined)
    assert.equal(status.units[0]?.activeState, 'inactive')
  })

  test('that is moved to later ends then, and the unit comes up', async () => {
    const { host, clock } = await booted()
    await host.controller.verb('a.service', 'stop', { ...me, wait: true, untilMs: clock.now() + 60_000 })
    await host.controller.verb('a.service', 'stop', { ...me, wait: true, untilMs: clock.now() + 120_000 })
    await clock.advance(61_000)
    assert.ok((await host.controller.status()).units[0]?.hold)
    await clock.advance(60_000)
    await until(host, ({ units }) => units[0]?.activeState === 'active')
  })

  test('that is over already is refused', async () => {
    const { host, clock } = await booted()
    const request = { ...me, wait: true, untilMs: clock.now() - 1 }
    await assert.rejects(host.controller.verb('a.service', 'stop', request), { code: 'api/bad-request' })
    assert.equal(host.supervisor.status('a.service')?.activeState, 'active')
  })
})

test('two rollbacks at once: the later one is the last word, and the earlier one is told', async () => {
  const { host } = await booted()
  const [first] = host.stores.generations.latest(1)
  await host.deploy({ 'a.service': service('UMask=007') })
  const [second] = host.stores.generations.latest(1)
  await host.deploy({ 'a.service': changed })
  const [one, two] = await Promise.all(
    [first, second].map((generation) =>
      host.controller.rollback({ ...me, revision: generation!.revision.sha, wait: true }),
    ),
  )
  assert.equal(
    one?.overtakenBy?.sha ?? one?.generation?.outcome,
    one?.overtakenBy ? two?.commit?.sha : 'Superseded',
  )
  assert.equal(two?.overtakenBy, undefined)
  assert.equal(two?.generation?.outcome, 'Healthy')
  assert.equal(host.supervisor.umaskOf('a.service'), 0o7)
})

describe('a commit whose outcome is known while others are still on their way', () => {
  const bad = service('UMask=077')
  const failing = async (policy: Partial<Policy> = {}) => {
    const made = await booted(policy)
    made.host.supervisor.failsWhen = (unit) => unit.service?.UMask === 0o77
    made.host.supervisor.hanging.add('slow.service')
    return made
  }
  const resultOf = (host: ControllerHost, unit: string): string | undefined =>
    host.stores.generations.latest(1)[0]?.steps.find(({ step }) => step.unit === unit)?.result
  const rejected = (host: ControllerHost): readonly string[] =>
    host.stores.rejections.all().map(({ unit }) => unit)

  test('is taken back at once when one of its units fails for good', async () => {
    const { host } = await failing()
    host.repository.commit({ 'a.service': changed, 'bad.service': bad, 'slow.service': service() })
    await until(host, () => host.outcomes()[0] === 'Healthy automatic rollback')
    assert.deepEqual(rejected(host), ['bad.service'], 'the slow one has not failed')
    assert.equal(host.supervisor.umaskOf('a.service'), 0o22)
    assert.equal(host.supervisor.status('slow.service'), undefined)
  })

  test('is taken back at once when a unit that had come up dies', async () => {
    const { host } = await failing()
    host.repository.commit({ 'a.service': service(), 'quick.service': service(), 'slow.service': service() })
    await until(host, () => resultOf(host, 'quick.service') === 'ready')
    host.supervisor.fail('quick.service')
    await until(host, () => host.outcomes()[0] === 'Healthy automatic rollback')
    assert.deepEqual(rejected(host), ['quick.service'])
  })

  test('and which moved on a unit of a superseded one is taken back when that unit dies', async () => {
    const { host } = await failing()
    const first = { 'a.service': changed, 'slow.service': service() }
    host.repository.commit(first)
    await until(host, () => resultOf(host, 'a.service') === 'ready')
    host.supervisor.hanging.add('slower.service')
    host.repository.commit({ ...first, 'slower.service': service() })
    await until(host, () => host.supervisor.status('slower.service')?.activeState === 'activating')
    host.supervisor.fail('a.service')
    await until(host, () => host.outcomes()[0] === 'Healthy automatic rollback')
    assert.deepEqual(rejected(host), ['a.service'])
  })

  test('waits for them where only the failed unit is taken back', async () => {
    const { host } = await failing({ rollbackOnFailure: 'unit' })
    host.repository.commit({ 'a.service': service(), 'bad.service': bad, 'slow.service': service() })
    await until(host, () => host.supervisor.status('bad.service')?.activeState === 'failed')
    await turns(50)
    assert.ok(isApplying(await host.controller.status()))
    host.supervisor.come('slow.service')
    await until(host, () => host.outcomes()[0] === 'Healthy automatic rollback')
    assert.equal(host.supervisor.status('slow.service')?.activeState, 'active')
    assert.equal(host.supervisor.status('bad.service'), undefined)
  })

  test('lets a hook that is under way end first', async () => {
    const { host } = await failing()
    const hook = (extra = '') => `${service(`Type=oneshot\n${extra}`)}\n[Install]\nX-DeployHook=PreSync\n`
    host.repository.commit({ 'a.service': changed, 'bad.service': hook('UMask=077'), 'slow.service': hook() })
    await until(host, () => host.supervisor.status('bad.service')?.activeState === 'failed')
    await turns(50)
    assert.deepEqual(host.outcomes().slice(0, 1), ['Progressing commit'])
    host.supervisor.come('slow.service')
    await until(host, () => host.outcomes()[0] === 'Healthy automatic rollback')
  })
})

test('a commit that waits is not said to be applied while an earlier one is', async () => {
  const { host } = await hangingDeploy()
  await host.controller.suspend(me)
  const { sha } = host.repository.commit({ 'a.service': service('UMask=007') })
  const status = await until(host, ({ pending }) => pending?.revision.sha === sha)
  assert.match(status.pending?.why ?? '', /^\w{7} is being applied$/)
  assert.equal(status.pending?.isBeingApplied, undefined)
})

test('a unit that a superseded commit moved has to prove itself under the next one', async () => {
  const { host } = await hangingDeploy()
  host.repository.commit({ 'a.service': changed, 'slow.service': service(), 'c.service': service() })
  await until(host, () => host.supervisor.calls.includes('start c.service'))
  host.supervisor.fail('slow.service')
  await until(host, ({ syncReason }) => syncReason === 'RolledBack')
  await host.settled()
  assert.equal(host.supervisor.umaskOf('a.service'), 0o22)
  assert.equal(host.supervisor.status('slow.service'), undefined)
  assert.equal(host.supervisor.status('c.service'), undefined)
})

test('a stop that comes while a commit restarts the unit is the last word', async () => {
  const { host } = await booted({}, { 'b.service': service('', 'After=a.service') })
  host.supervisor.hanging.add('a.service')
  host.repository.commit({ 'a.service': changed, 'b.service': service('UMask=027', 'After=a.service') })
  await until(host, () => host.supervisor.calls.includes('restart a.service'))
  await host.controller.verb('b.service', 'stop', { ...me, wait: true })
  host.supervisor.come('a.service')
  await until(host, ({ syncReason }) => syncReason === 'Held')
  assert.equal(host.supervisor.status('b.service')?.activeState, 'inactive')
  assert.ok(!host.supervisor.calls.includes('restart b.service'))
})
