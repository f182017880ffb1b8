import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { formatCalendar } from '../../../src/units/calendar/format.ts'
import { parseCalendar } from '../../../src/units/calendar/parse.ts'
import { TimeZones } from '../../../src/units/calendar/time-zone.ts'
import { parseTimestamp } from '../../../src/units/calendar/timestamp.ts'
import { Random, randomCalendar } from '../../oracle/random-calendar.ts'

const normalForm = (text: string): string => {
  const calendar = parseCalendar(text)
  return calendar.ok ? formatCalendar(calendar.value) : 'invalid'
}

const normalForms: Readonly<Record<string, string>> = {
  daily: '*-*-* 00:00:00',
  Weekly: 'Mon *-*-* 00:00:00',
  quarterly: '*-01,04,07,10-01 00:00:00',
  anually: '*-01-01 00:00:00',
  'Sat,Thu,Mon..Wed,Sat..Sun': 'Mon..Thu,Sat,Sun *-*-* 00:00:00',
  'Mon-Fri 08:00': 'Mon..Fri *-*-* 08:00:00',
  'Mon, 12:00': 'Mon *-*-* 12:00:00',
  'Mon..Sun 12:00': '*-*-* 12:00:00',
  'wed-sat,tue 12-10-15 1:2:3': 'Tue..Sat 2012-10-15 01:02:03',
  '89-1-1': '1989-01-01 00:00:00',
  '2-29': '*-02-29 00:00:00',
  '*-*~7..1': 'invalid',
  'Mon *-05~07/1': 'Mon *-05~07/1 00:00:00',
  '*:*:0/0.5': '*-*-* *:*:00/0.500000',
  '00:00:00.1234567': '*-*-* 00:00:00.123457',
  '*-*-10..20/3': '*-*-10..19/3 00:00:00',
  '3,1,2,1:00': '*-*-* 01,02,03:00:00',
  '@4102444800': '2100-01-01 00:00:00 UTC',
  'Fri @0': 'Fri 1970-01-01 00:00:00 UTC',
  '12:00 utc': '*-*-* 12:00:00 UTC',
  'daily Europe/Berlin': '*-*-* 00:00:00 Europe/Berlin',
  '12:00 CET': '*-*-* 12:00:00 CET',
}

test('a calendar event is printed in the normal form that systemd prints', () => {
  for (const [text, normal] of Object.entries(normalForms)) assert.equal(normalForm(text), normal, text)
})

test('what is no calendar event is refused', () => {
  const refused =
    '12|25:00|23:60|Fri..Mon 10:00|Mon...Fri|Mond|Mon..|*-01-32|*-*~31|*-*~17,28|*/5:00|0/24:00|1..2..3:00|' +
    '2024-01-01T00:00|12:00 PM|*/5 * * * *|@-1|12:00 europe/berlin|12:00 +01:00|12:00  UTC|UTC||*:*:5.|1969-12-31|*:0..0.5'
  for (const text of refused.split('|')) assert.equal(normalForm(text), 'invalid', text)
})

test('why it is refused says which part is wrong', () => {
  const reason = (text: string) => {
    const calendar = parseCalendar(text)
    return calendar.ok ? '' : calendar.error
  }
  assert.match(reason('Fri..Mon 10:00'), /days of the week/)
  assert.match(reason('*-13-01'), /month/)
  assert.match(reason('12:75'), /minute/)
  assert.match(reason('12:00 Mars/Olympus'), /time/)
})

test('the normal form of a normal form is itself', () => {
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      const normal = normalForm(randomCalendar(new Random(seed)))
      if (normal !== 'invalid') assert.equal(normalForm(normal), normal)
    }),
    { numRuns: 500 },
  )
})

test('any text is read or refused, never an exception', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      assert.equal(typeof parseCalendar(text).ok, 'boolean')
    }),
  )
})

test('a word that every object has is no calendar event and no timestamp', () => {
  for (const word of ['__proto__', 'constructor', 'toString']) {
    assert.equal(parseCalendar(word).ok, false)
    assert.equal(parseTimestamp(word, 0, new TimeZones('UTC')), undefined)
  }
})
