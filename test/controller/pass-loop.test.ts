import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { noPermits } from '../../src/controller/gate.ts'
import { PassLoop, type PassRequest } from '../../src/controller/pass-loop.ts'
import type { Pass, Passed } from '../../src/controller/reconcile.ts'
import { revisionOf } from '../support/desired.ts'

const commit: PassRequest = { origin: 'commit', permits: noPermits }
const sync: PassRequest = { origin: 'sync', permits: noPermits }

/** Passes that end when the test says so, or when they are cut short. */
const watchedLoop = () => {
  const begun: Pass[] = []
  const ends: ((error?: Error) => void)[] = []
  const loop = new PassLoop(async (pass) => {
    begun.push(pass)
    const turn = Promise.withResolvers<void>()
    ends.push((error) => (error ? turn.reject(error) : turn.resolve()))
    pass.interruption.signal.addEventListener('abort', () => turn.resolve())
    await turn.promise
    return {
      revision: revisionOf(String(begun.length)),
      parsed: undefined,
      deployed: undefined,
      waiting: undefined,
    }
  })
  return {
    loop,
    begun,
    end: (error?: Error) => ends.at(-1)?.(error),
    origins: () => begun.map(({ origin }) => origin),
  }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

describe('passes', () => {
  test('run one after the other, and what is asked for during one is answered by a later one', async () => {
    const { loop, begun, end } = watchedLoop()
    const first = loop.request(commit)
    await turn()
    const second = loop.request(commit)
    await turn()
    assert.equal(begun.length, 1)
    end()
    const passed: Passed = await first
    await turn()
    assert.equal(begun.length, 2)
    end()
    assert.notEqual((await second).revision.sha, passed.revision.sha)
    assert.equal(loop.isRunning, false)
  })

  test('answer twenty commits that come during one pass with one more', async () => {
    const { loop, begun, end } = watchedLoop()
    const all = [loop.request(commit)]
    await turn()
    for (let count = 0; count < 20; count += 1) all.push(loop.request(commit))
    end()
    await turn()
    end()
    await Promise.all(all)
    assert.equal(begun.length, 2)
  })

  test('keep apart what a person asked for in particular', async () => {
    const { loop, end, origins, begun } = watchedLoop()
    const all = [loop.request(commit)]
    await turn()
    all.push(
      loop.request(sync),
      loop.request({ ...sync, expects: 'hash' }),
      loop.request(sync),
      loop.request(commit),
    )
    for (let count = 0; count < 4; count += 1) {
      end()
      await turn()
    }
    await Promise.all(all)
    assert.deepEqual(origins(), ['commit', 'sync', 'sync', 'commit'])
    assert.equal(begun[2]?.expects, 'hash')
  })

  test('go on after one that failed, which only those hear of who asked for it', async () => {
    const { loop, end } = watchedLoop()
    const first = loop.request(commit)
    await turn()
    const second = loop.request(sync)
    end(new Error('git is gone'))
    await assert.rejects(first, /git is gone/)
    await turn()
    end()
    await second
  })
})

describe('what overtakes', () => {
  test('prepares while no pass begins, cuts the running one short, and comes before what waits', async () => {
    const { loop, begun, origins, end } = watchedLoop()
    const first = loop.request(commit)
    await turn()
    const waiting = loop.request(commit)
    const prepared = Promise.withResolvers<string>()
    const overtaking = loop.overtake({ ...sync, origin: 'rollback' }, () => prepared.promise)
    end()
    await first
    await turn()
    assert.equal(begun.length, 1, 'nothing begins while it prepares')
    prepared.resolve('commit')
    const { prepared: made, passed } = await overtaking
    assert.equal(made, 'commit')
    await turn()
    end()
    await passed
    await turn()
    end()
    await waiting
    assert.deepEqual(origins(), ['commit', 'rollback', 'commit'])
  })

  test('leaves the running pass alone when its preparation fails', async () => {
    const { loop, begun, end } = watchedLoop()
    const first = loop.request(commit)
    await turn()
    await assert.rejects(
      loop.overtake(sync, async () => {
        throw new Error('the work tree is dirty')
      }),
      /dirty/,
    )
    assert.equal(begun[0]?.interruption.signal.aborted, false)
    end()
    await first
  })

  test('takes turns with others of its kind: the later one is the last word', async () => {
    const { loop, origins, end } = watchedLoop()
    const order: string[] = []
    const overtake = (name: string) =>
      loop.overtake({ ...sync, origin: name }, async () => {
        await turn()
        order.push(name)
      })
    const both = await Promise.all([overtake('one'), overtake('two')])
    await turn()
    await turn()
    end()
    await turn()
    end()
    await Promise.all(both.map(({ passed }) => passed))
    assert.deepEqual(order, ['one', 'two'])
    assert.ok(origins().includes('one') && origins().includes('two'))
  })
})

test('an interruption that was a cancel can be followed by another one, others are final', async () => {
  const { loop, begun } = watchedLoop()
  const passed = loop.request(commit)
  await turn()
  const interruption = begun[0]!.interruption
  loop.interrupt({ kind: 'cancelled', who: 'ada', reason: undefined })
  interruption.renew()
  assert.equal(interruption.signal.aborted, false)
  interruption.cut({ kind: 'superseded' })
  interruption.renew()
  assert.equal(interruption.cause?.kind, 'superseded')
  await passed
})

test('a loop that is closed cuts its pass short and begins no other', async () => {
  const { loop, begun } = watchedLoop()
  void loop.request(commit)
  await turn()
  void loop.request(commit)
  await loop.close()
  assert.equal(begun.length, 1)
  assert.equal(begun[0]?.interruption.cause?.kind, 'closed')
})
