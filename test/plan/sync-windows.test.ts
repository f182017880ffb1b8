import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { judgeWindows, parseSyncWindows, type SyncWindow } from '../../src/plan/sync-windows.ts'
import { TimeZones } from '../../src/units/calendar/time-zone.ts'

const utc = new TimeZones('UTC')

const windowsOf = (text: string): readonly SyncWindow[] => {
  const parsed = parseSyncWindows(text)
  assert.ok(parsed.ok, parsed.ok ? '' : parsed.error)
  return parsed.value
}

/** `open`, or when it opens. */
const at = (text: string, time: string, zones = utc): string => {
  const verdict = judgeWindows(windowsOf(text), Date.parse(time), zones)
  if (verdict.isOpen) return 'open'
  return verdict.opensAtMs === undefined ? 'never' : new Date(verdict.opensAtMs).toISOString().slice(0, 16)
}

describe('sync windows', () => {
  const nightly = 'allow 0 22 * * 1-5 6h'
  const cases: readonly [says: string, windows: string, time: string, expected: string][] = [
    ['none: always open', '', '2026-03-04T12:00:00Z', 'open'],
    ['before one that allows', nightly, '2026-03-04T12:00:00Z', '2026-03-04T22:00'],
    ['at the moment at which it begins', nightly, '2026-03-04T22:00:00Z', 'open'],
    ['inside, past midnight', nightly, '2026-03-05T03:59:59Z', 'open'],
    ['at the moment at which it ends', nightly, '2026-03-05T04:00:00Z', '2026-03-05T22:00'],
    ['on a Saturday: until Monday', nightly, '2026-03-07T12:00:00Z', '2026-03-09T22:00'],
    ['one that denies, outside', 'deny 0 9 * * * 8h', '2026-03-04T08:59:59Z', 'open'],
    ['one that denies, inside', 'deny 0 9 * * * 8h', '2026-03-04T09:00:00Z', '2026-03-04T17:00'],
    ['deny wins over allow', `${nightly}; deny 0 23 * * * 30min`, '2026-03-04T23:10:00Z', '2026-03-04T23:30'],
    [
      'a deny at the beginning of an allow moves the opening',
      `${nightly}\ndeny 0 21 * * * 2h`,
      '2026-03-04T12:00:00Z',
      '2026-03-04T23:00',
    ],
    [
      'denies that hand on to each other are one',
      'deny 0 9 * * * 1h; deny 0 10 * * * 1h; deny 50 10 * * * 1h',
      '2026-03-04T09:30:00Z',
      '2026-03-04T11:50',
    ],
    ['always denied', 'deny * * * * * 2min', '2026-03-04T09:30:00Z', 'never'],
    ['a zone of its own', 'allow 0 22 * * * 1h Europe/Berlin', '2026-03-04T12:00:00Z', '2026-03-04T21:00'],
    ['the same in summer', 'allow 0 22 * * * 1h Europe/Berlin', '2026-07-04T12:00:00Z', '2026-07-04T20:00'],
    ['a word for a schedule', 'allow @daily 1h', '2026-03-04T12:00:00Z', '2026-03-05T00:00'],
  ]
  for (const [says, windows, time, expected] of cases)
    test(says, () => assert.equal(at(windows, time), expected))

  test('without a zone they are of the host', () =>
    assert.equal(
      at('allow 0 22 * * * 1h', '2026-03-04T12:00:00Z', new TimeZones('Asia/Tokyo')),
      '2026-03-04T13:00',
    ))

  test('what is none is refused with the reason', () => {
    const refused: readonly [text: string, why: RegExp][] = [
      ['permit 0 22 * * * 1h', /neither allow nor deny/],
      ['allow 0 22 * * *', /time span/],
      ['allow 0 22 * * * soon', /time span/],
      ['allow 61 22 * * * 1h', /./],
      ['allow 0 0 31 2 * 1h', /impossible/],
      ['allow 0 22 * * * 1h Europe/Atlantis', /time span/],
      ['allow 0 22 * * * 400d', /time span/],
      ['allow 0 22 * * * 0', /time span/],
    ]
    for (const [text, why] of refused) {
      const parsed = parseSyncWindows(text)
      assert.ok(!parsed.ok, text)
      assert.match(parsed.error, why)
    }
  })
})

const someWindow = fc
  .record({
    kind: fc.constantFrom('allow', 'deny'),
    minute: fc.nat(59),
    hour: fc.nat(23),
    weekday: fc.constantFrom('*', '1-5', '0', '3'),
    lasts: fc.integer({ min: 1, max: 2000 }),
  })
  .map(({ kind, minute, hour, weekday, lasts }) => `${kind} ${minute} ${hour} * * ${weekday} ${lasts}min`)

test('when they open is the first moment at which they are open', () => {
  const someTime = fc.integer({ min: 1_700_000_000, max: 1_900_000_000 })
  fc.assert(
    fc.property(fc.array(someWindow, { maxLength: 4 }), someTime, (texts, seconds) => {
      const windows = windowsOf(texts.join('\n'))
      const nowMs = seconds * 1000
      const verdict = judgeWindows(windows, nowMs, utc)
      if (verdict.isOpen || verdict.opensAtMs === undefined) return
      assert.ok(verdict.opensAtMs > nowMs)
      assert.ok(judgeWindows(windows, verdict.opensAtMs, utc).isOpen)
      // At whole minutes alone something begins or ends: none of those before it is open.
      const minute = 60_000
      const last = verdict.opensAtMs - minute
      for (let time = Math.max(nowMs, last - 300 * minute); time <= last; time += minute)
        assert.ok(!judgeWindows(windows, time, utc).isOpen)
    }),
    { numRuns: 60 },
  )
})
