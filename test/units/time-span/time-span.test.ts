import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { formatExactTimeSpan, formatTimeSpan } from '../../../src/units/time-span/format.ts'
import { parseExactTimeSpan, parseTimeSpan } from '../../../src/units/time-span/time-span.ts'

const second = 1_000_000

test('every unit can be spelled short and long', () => {
  for (const text of [
    '1y',
    '1year',
    '2years',
    '1month',
    '1M',
    '2months',
    '1w',
    '2weeks',
    '1d',
    '1day',
    '1h',
    '1hr',
  ])
    assert.notEqual(parseTimeSpan(text), undefined, text)
  assert.equal(parseTimeSpan('1hr'), 3600 * second)
  assert.equal(parseTimeSpan('2 \u00b5s'), 2)
  assert.equal(parseTimeSpan('2 \u03bcs'), 2)
})

test('a bare number has the unit of the directive', () => {
  assert.equal(parseTimeSpan('90'), 90 * second)
  assert.equal(parseTimeSpan('90', 1), 90)
  assert.equal(parseTimeSpan('1min 30', 1000), 60 * second + 30_000)
})

test('terms add up, with or without spaces between them', () => {
  assert.equal(parseTimeSpan('2h30min'), 9000 * second)
  assert.equal(parseTimeSpan('300ms20s 5day'), 432_020_300_000)
  assert.equal(parseTimeSpan('1.5 .5'), 2 * second)
})

test('infinity stands alone, in small letters, or not at all', () => {
  assert.equal(parseTimeSpan(' infinity '), Number.POSITIVE_INFINITY)
  for (const text of ['Infinity', 'infinity 5', 'infinityx', '-infinity'])
    assert.equal(parseTimeSpan(text), undefined, text)
})

test('what is no time span is refused, not guessed', () => {
  for (const text of [
    '',
    ' ',
    '-5s',
    '+ 5s',
    '5x',
    '5MIN',
    '1..5s',
    '1.5.s',
    '5.',
    '5. s',
    '+.5s',
    '0x10',
    '01:30:00',
  ])
    assert.equal(parseTimeSpan(text), undefined, text)
})

test('a sum that does not fit into 64 bits is refused', () => {
  assert.equal(parseTimeSpan('584554y'), undefined)
  assert.equal(parseTimeSpan('9223372036854775808us'), undefined)
  assert.equal(parseExactTimeSpan('9223372036854775807us'), 9_223_372_036_854_775_807n)
  assert.equal(parseTimeSpan('9223372036854775807us 9223372036854775807us 2us'), undefined)
})

test('a span is printed from its largest unit down', () => {
  assert.equal(formatTimeSpan(9000 * second), '2h 30min')
  assert.equal(formatTimeSpan(55_500_000), '55.500000s')
  assert.equal(formatTimeSpan(1_500), '1.500ms')
  assert.equal(formatTimeSpan(0), '0')
  assert.equal(formatTimeSpan(Number.POSITIVE_INFINITY), 'infinity')
})

test('what lies below the accuracy is left out', () => {
  assert.equal(formatTimeSpan(61_234_567, second), '1min 1s')
  assert.equal(formatTimeSpan(1_234_567, 1000), '1.234s')
  assert.equal(formatTimeSpan(500, 1000), '500us')
})

test('reading what was printed gives the same span, up to 290 thousand years', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }), (usec) => {
      assert.equal(parseExactTimeSpan(formatExactTimeSpan(usec)), usec)
    }),
  )
})
