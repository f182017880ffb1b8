import assert from 'node:assert/strict'
import { test } from 'node:test'
import { age, bytes, fullName, shortName, since, span } from '../../../src/cli/render/words.ts'
import { plainLook } from '../../support/looks.ts'
import { nowMs } from '../../support/status-answers.ts'

test('ages are said in the one unit that matters', () => {
  const ages = [0, 999, 59_000, 60_000, 3_599_000, 3_600_000, 86_400_000, 41 * 86_400_000]
  assert.deepEqual(ages.map(span), ['0s', '0s', '59s', '1m', '59m', '1h', '1d', '41d'])
})

test('a clock that went back gives no negative age', () => {
  assert.equal(age(nowMs + 5000, plainLook), '0s')
})

test('with --utc the time itself is shown', () => {
  assert.equal(since(nowMs, { ...plainLook, isUtc: true }), '2026-03-14 14:00:00Z')
})

test('sizes are written as in unit files', () => {
  assert.deepEqual([0, 512, 1024, 1536, 84 * 2 ** 20, 2 ** 30].map(bytes), [
    '0B',
    '512B',
    '1K',
    '1.5K',
    '84M',
    '1G',
  ])
})

test('.service goes without saying, other types do not', () => {
  assert.deepEqual(['web', 'web.service', 'backup.timer', 'a.b', 'web@1'].map(fullName), [
    'web.service',
    'web.service',
    'backup.timer',
    'a.b.service',
    'web@1.service',
  ])
  assert.deepEqual(['web.service', 'backup.timer'].map(shortName), ['web', 'backup.timer'])
})
