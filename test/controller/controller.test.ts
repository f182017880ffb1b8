import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { StatusAnswer } from '../../src/api/contract.ts'
import { GitprocError } from '../../src/base/error.ts'
import type { Policy } from '../../src/controller/ports.ts'
import { ControllerHost as Host } from '../support/controller-host.ts'
import { FakeSupervisor } from '../support/fake-supervisor.ts'
import { service } from '../support/trees.ts'

const booted = async (policy: Partial<Policy> = {}): Promise<Host> => {
  const host = new Host(policy)
  host.repository.commit({ 'a.service': service() })
  await host.boot()
  await host.settled()
  return host
}

const bad = service('UMask=077')

const subjects = ({ units }: StatusAnswer): readonly (string | undefined)[] =>
  units.map(({ changedIn }) => changedIn?.subject)

const failing = (host: Host): void => {
  host.supervisor.failsWhen = (unit) => unit.service?.UMask === 0o77
}

describe('a commit', () => {
  test('becomes running services', async () => {
    const host = await booted()
    const status = await host.controller.status()
    assert.equal(status.sync, 'Synced')
    assert.equal(status.health, 'Healthy')
    assert.deepEqual(host.supervisor.calls, ['start a.service'])
  })

  test('with an error changes nothing, and status shows it beside what runs', async () => {
    const host = await booted()
    const status = await host.deploy({
      'a.service': service('', 'After=b.service'),
      'b.service': service('', 'After=a.service'),
    })
    assert.equal(status.sync, 'OutOfSync')
    assert.equal(status.syncReason, 'Refused')
    assert.equal(status.revision?.subject, 'commit 1')
    assert.equal(status.pending?.revision.subject, 'commit 2')
    assert.deepEqual(host.supervisor.calls, ['start a.service'])
    assert.ok(status.diagnostics.some((diagnostic) => diagnostic.severity === 'error'))
  })

  test('that is refused is recorded once, however often the branch is looked at', async () => {
    const host = await booted()
    await host.deploy({ 'a.service': service('', 'Requires=nowhere.service') })
    await host.settled()
    await host.settled()
    assert.deepEqual(host.outcomes(), ['Refused commit', 'Healthy boot'])
  })

  test('that was taken back is not the one that its units are shown with', async () => {
    const host = await booted()
    failing(host)
    const first = await host.deploy({ 'a.service': service(), 'b.service': service() })
    assert.deepEqual(subjects(first), ['commit 2', 'commit 2'])
    const back = await host.deploy({ 'a.service': bad })
    assert.deepEqual(subjects(back), ['commit 1', 'commit 2'])
    assert.ok(back.units.every(({ isWanted }) => isWanted))
    // Under a commit on top the one that is held back keeps the commit of what runs; the other ones are the new one's.
    const held = await host.deploy({ 'a.service': bad, 'b.service': service('UMask=027') })
    assert.deepEqual(subjects(held), ['commit 1', 'commit 4'])
  })

  test('that comes while another one hangs supersedes it at once', async () => {
    const host = await booted()
    host.supervisor.hanging.add('slow.service')
    const hung = host.controller.sync({ who: 'test', wait: true })
    await hung
    host.repository.commit({ 'a.service': service(), 'slow.service': service() })
    while (!host.supervisor.calls.includes('start slow.service'))
      await new Promise((resolve) => setImmediate(resolve))
    const status = await host.deploy({ 'a.service': service() })
    assert.equal(status.sync, 'Synced')
    assert.ok(host.outcomes().some((outcome) => outcome.startsWith('Superseded')))
    assert.equal(host.supervisor.status('slow.service'), undefined)
  })
})

describe('a commit that fails', () => {
  test('is taken back whole, and what ran before runs again', async () => {
    const host = await booted()
    failing(host)
    const status = await host.deploy({ 'a.service': bad, 'b.service': service() })
    assert.equal(host.supervisor.umaskOf('a.service'), 0o22)
    assert.equal(host.supervisor.status('a.service')?.activeState, 'active')
    assert.equal(host.supervisor.status('b.service'), undefined)
    assert.equal(status.syncReason, 'RolledBack')
    assert.deepEqual(host.outcomes(), ['Healthy automatic rollback', 'RolledBack commit', 'Healthy boot'])
  })

  test('is not applied again by a hundred polls, nor after a restart of the daemon', async () => {
    const host = await booted()
    failing(host)
    await host.deploy({ 'a.service': bad })
    const calls = host.supervisor.calls.length
    for (let poll = 0; poll < 100; poll++) host.repository.poll()
    await host.settled()
    await host.controller.close()
    await host.boot()
    await host.settled()
    assert.equal(host.supervisor.calls.length, calls)
  })

  test('lets an unrelated commit on top roll out while the rejected definition stays out', async () => {
    const host = await booted()
    failing(host)
    await host.deploy({ 'a.service': bad })
    const status = await host.deploy({ 'a.service': bad, 'b.service': service() })
    assert.equal(host.supervisor.umaskOf('a.service'), 0o22)
    assert.equal(host.supervisor.status('b.service')?.activeState, 'active')
    assert.equal(status.syncReason, 'RolledBack')
  })

  for (const verb of ['start', 'restart', 'reload'] as const)
    test(`stays out of later commits though somebody asks for a ${verb} of the unit`, async () => {
      const host = await booted()
      failing(host)
      await host.deploy({ 'a.service': bad })
      await host.controller.verb('a.service', verb, { who: 'ada', wait: true })
      const status = await host.deploy({ 'a.service': bad, 'b.service': service() })
      assert.equal(host.supervisor.umaskOf('a.service'), 0o22)
      assert.equal(host.supervisor.status('b.service')?.activeState, 'active')
      assert.match(status.notices[0]?.text ?? '', /a\.service of \w+ was taken back and stays out/)
      await host.controller.sync({ who: 'ada', wait: true, retry: true })
      assert.equal(host.outcomes()[1], 'RolledBack sync', 'that is what tries it again')
    })

  test('and whose unit is not here is named to whoever asks for the unit', async () => {
    const host = await booted()
    failing(host)
    await host.deploy({ 'a.service': service(), 'new.service': bad })
    await assert.rejects(host.controller.verb('new.service', 'start', { who: 'ada' }), {
      code: 'units/unknown',
      message: /^new\.service of \w+ was taken back and stays out: exited 78$/,
    })
  })

  test('is mended by the next commit that changes the definition', async () => {
    const host = await booted()
    failing(host)
    await host.deploy({ 'a.service': bad })
    const status = await host.deploy({ 'a.service': service('UMask=027') })
    assert.equal(host.supervisor.umaskOf('a.service'), 0o27)
    assert.equal(status.sync, 'Synced')
  })

  test('for want of room on the host is not held against it: the next sync applies it', async () => {
    const host = await booted()
    failing(host)
    host.supervisor.hasHostFault = true
    host.repository.commit({ 'a.service': bad })
    host.repository.poll()
    while (host.outcomes()[0] !== 'Healthy automatic rollback')
      await new Promise((resolve) => setImmediate(resolve))
    assert.deepEqual(host.stores.rejections.all(), [])
    host.supervisor.failsWhen = () => false
    const status = await host.settled()
    assert.equal(host.supervisor.umaskOf('a.service'), 0o77)
    assert.equal(status.sync, 'Synced')
  })

  test('as the first one of all stays, degraded, since there is nothing to go back to', async () => {
    const host = new Host()
    failing(host)
    host.repository.commit({ 'a.service': bad })
    await host.boot()
    const status = await host.settled()
    assert.equal(status.health, 'Degraded')
    assert.deepEqual(host.outcomes(), ['Degraded boot'])
  })

  test('takes back only the failed unit under rollback_on_failure = unit', async () => {
    const host = await booted({ rollbackOnFailure: 'unit' })
    failing(host)
    await host.deploy({ 'a.service': bad, 'b.service': service() })
    assert.equal(host.supervisor.umaskOf('a.service'), 0o22)
    assert.equal(host.supervisor.status('b.service')?.activeState, 'active')
  })
})

describe('a hold', () => {
  test('outlives commits and restarts of the daemon, and is shown with who and why', async () => {
    const host = await booted()
    await host.controller.verb('a.service', 'stop', { who: 'ada', reason: 'noisy', wait: true })
    await host.deploy({ 'a.service': service('UMask=027') })
    await host.controller.close()
    await host.boot()
    const status = await host.settled()
    assert.equal(status.syncReason, 'Held')
    assert.equal(host.supervisor.status('a.service')?.activeState, 'inactive')
    assert.equal(status.units[0]?.hold?.who, 'ada')
    assert.equal(status.units[0]?.hold?.reason, 'noisy')
  })

  test('ends with a start, which uses the definition committed meanwhile', async () => {
    const host = await booted()
    await host.controller.verb('a.service', 'stop', { who: 'ada', wait: true })
    await host.deploy({ 'a.service': service('UMask=027') })
    await host.controller.verb('a.service', 'start', { who: 'ada', wait: true })
    const status = await host.settled()
    assert.equal(status.sync, 'Synced')
    assert.equal(host.supervisor.umaskOf('a.service'), 0o27)
  })
})

describe('the daemon after a restart', () => {
  test('moves nothing when everything still runs', async () => {
    const host = await booted()
    const calls = host.supervisor.calls.length
    await host.controller.close()
    await host.boot()
    await host.settled()
    assert.equal(host.supervisor.calls.length, calls)
    assert.deepEqual(host.outcomes(), ['Healthy boot'])
  })

  test('starts everything again after a boot of the host, though git cannot be read', async () => {
    const host = await booted()
    await host.controller.close()
    host.supervisor = new FakeSupervisor()
    host.repository.trouble = new GitprocError('git/no-branch', 'the branch main is gone')
    await host.boot()
    await assert.rejects(host.controller.sync({ who: 'test', wait: true }), /has no branch main any more/)
    const status = await host.controller.status()
    assert.equal(host.supervisor.status('a.service')?.activeState, 'active')
    assert.equal(status.syncReason, 'BranchMissing')
    assert.match(status.notices[0]?.text ?? '', /has no branch main any more/)
  })
})

describe('a rollback', () => {
  test('is a new commit with the units of the old one', async () => {
    const host = await booted()
    await host.deploy({ 'a.service': service('UMask=027') })
    const answer = await host.controller.rollback({ who: 'ada', wait: true })
    assert.equal(answer.to.subject, 'commit 1')
    assert.equal(answer.commit?.subject, 'commit 3')
    assert.equal(answer.generation?.outcome, 'Healthy')
    assert.equal(host.supervisor.umaskOf('a.service'), 0o22)
  })

  test('tried dry shows the plan and moves nothing', async () => {
    const host = await booted()
    await host.deploy({ 'a.service': service('UMask=027') })
    const calls = host.supervisor.calls.length
    const answer = await host.controller.rollback({ who: 'ada', dryRun: true })
    assert.deepEqual(
      answer.plan.steps.map((step) => step.verb),
      ['restart'],
    )
    assert.equal(answer.commit, undefined)
    assert.equal(host.supervisor.calls.length, calls)
  })
})
