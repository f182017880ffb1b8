import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { civilFromEpoch, epochFromCivil } from '../../../src/units/calendar/civil.ts'
import { createTimeZone, epochFromLocal, localTime } from '../../../src/units/calendar/time-zone.ts'
import { isTimeZoneName } from '../../../src/units/calendar/zone-names.ts'

test('a zone is known by exactly its name in tzdata', () => {
  for (const name of [
    'UTC',
    'Europe/Berlin',
    'Asia/Kathmandu',
    'CET',
    'EST5EDT',
    'Etc/GMT+5',
    'America/Port-au-Prince',
  ])
    assert.ok(isTimeZoneName(name), name)
  for (const name of [
    'europe/berlin',
    'CEST',
    'PST',
    '+01:00',
    'Mars/Olympus',
    'SystemV/AST4',
    '',
    '/UTC',
    'Etc/Unknown',
  ])
    assert.ok(!isTimeZoneName(name), name)
})

test('offsets change at the second at which the clocks do', () => {
  const berlin = createTimeZone('Europe/Berlin')
  const spring = epochFromCivil({ year: 2024, month: 3, day: 31, hour: 1, minute: 0, second: 0 })
  assert.equal(berlin.offsetAt(spring - 1), 3600)
  assert.equal(berlin.offsetAt(spring), 7200)
  assert.equal(createTimeZone('Australia/Lord_Howe').offsetAt(spring), 11 * 3600)
  assert.equal(createTimeZone('Africa/Monrovia').offsetAt(0), -2670)
})

test('a date and its number of seconds are the same thing', () => {
  fc.assert(
    fc.property(fc.integer({ min: -1e11, max: 1e11 }), (seconds) => {
      assert.equal(epochFromCivil(civilFromEpoch(seconds)), seconds)
    }),
  )
})

test('what the clocks show leads back to the moment, given what offset they had', () => {
  const zones = ['Europe/Berlin', 'America/St_Johns', 'Australia/Lord_Howe', 'Pacific/Apia'].map(
    createTimeZone,
  )
  fc.assert(
    fc.property(fc.constantFrom(...zones), fc.integer({ min: 1e9, max: 4e9 }), (zone, seconds) => {
      assert.equal(epochFromLocal(zone, localTime(zone, seconds), zone.offsetAt(seconds)), seconds)
    }),
  )
})
