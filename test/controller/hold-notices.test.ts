/** What status says of the units that a person stopped. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { holdNotices } from '../../src/controller/hold-notices.ts'
import type { Hold } from '../../src/store/records.ts'
import { TimeZones } from '../../src/units/calendar/time-zone.ts'

const localTime = { zones: new TimeZones('UTC') }
const hold = (unit: string, reason?: string): Hold => ({
  unit: `${unit}.service`,
  who: 'root',
  sinceMs: 5,
  reason,
})

test('a few held units are named one by one, each with the command that starts it', () => {
  assert.deepEqual(holdNotices([hold('web', 'noisy'), hold('api')], 9, localTime), [
    { text: 'web.service is held by root: noisy', sinceMs: 5, remedy: 'gitproc start web' },
    { text: 'api.service is held by root', sinceMs: 5, remedy: 'gitproc start api' },
  ])
})

test('what was stopped for one reason is said in one line, however much it is', () => {
  const units = Array.from({ length: 200 }, (_, at) => hold(`w${at}`, 'moving house'))
  assert.deepEqual(holdNotices([...units, hold('db', 'noisy')], 201, localTime), [
    {
      text: '200 units (w0, w1, w2, w3, w4 and 195 more) are held by root: moving house',
      sinceMs: 5,
      remedy: 'gitproc start NAME...',
    },
    { text: 'db.service is held by root: noisy', sinceMs: 5, remedy: 'gitproc start db' },
  ])
  assert.equal(holdNotices(units, 200, localTime)[0]?.remedy, 'gitproc start --all')
})
