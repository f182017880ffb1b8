import assert from 'node:assert/strict'
import { test } from 'node:test'
import { GitprocError } from '../../../src/base/error.ts'
import { LookLoop } from '../../../src/git/remote/look-loop.ts'
import { FakeClock } from '../../support/fake-clock.ts'

const minute = 60_000

/** A loop whose looks end when the test says so. */
const begin = () => {
  const clock = new FakeClock()
  const looks: PromiseWithResolvers<void>[] = []
  const loop = new LookLoop({ clock, random: () => 0.5 }, minute, () => {
    const look = Promise.withResolvers<void>()
    looks.push(look)
    return look.promise
  })
  return { clock, loop, looks }
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

test('the next look is due an interval after the last one ended', async () => {
  const { clock, loop, looks } = begin()
  const first = loop.hurry()
  assert.equal(loop.nextLookAtMs, undefined)
  looks[0]?.resolve()
  await first
  assert.equal(loop.nextLookAtMs, clock.now() + minute)
  await clock.advance(minute)
  assert.equal(looks.length, 2)
})

test('who asks during a look gets the one after it, and all who ask get the same', async () => {
  const { loop, looks } = begin()
  void loop.hurry()
  const asked = [loop.hurry(), loop.hurry(), loop.hurry()]
  looks[0]?.resolve()
  await settled()
  assert.equal(looks.length, 2)
  looks[1]?.resolve()
  await Promise.all(asked)
  assert.equal(looks.length, 2)
})

test('a failed look fails for who asked, and is made again soon', async () => {
  const { clock, loop, looks } = begin()
  const asked = loop.hurry()
  looks[0]?.reject(new GitprocError('git/unreachable', 'gone', { retry: 'later' }))
  await assert.rejects(asked, { code: 'git/unreachable' })
  assert.equal(loop.nextLookAtMs, clock.now() + 5000)
  await clock.advance(5000)
  looks[1]?.resolve()
  await settled()
  assert.equal(loop.nextLookAtMs, clock.now() + minute)
})

test('after a failure, whoever waited for the next look gets it all the same', async () => {
  const { loop, looks } = begin()
  const first = loop.hurry()
  const second = loop.hurry()
  looks[0]?.reject(new GitprocError('git/unreachable', 'gone'))
  await assert.rejects(first)
  await settled()
  looks[1]?.resolve()
  await second
})

test('a closed loop looks no more', async () => {
  const { clock, loop, looks } = begin()
  const asked = loop.hurry()
  looks[0]?.resolve()
  await asked
  await loop.close()
  await clock.advance(10 * minute)
  await loop.hurry()
  assert.equal(looks.length, 1)
})
