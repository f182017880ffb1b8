import assert from 'node:assert/strict'
import { test } from 'node:test'
import { renderTimeSpan, reportTimeSpan } from '../../../src/units/time-span/report.ts'

test('a time span is answered with its length and as systemd would write it', () => {
  assert.deepEqual(reportTimeSpan('90min'), {
    input: '90min',
    verdict: 'valid',
    usec: 5_400_000_000,
    human: '1h 30min',
  })
  assert.equal(
    renderTimeSpan(reportTimeSpan('90min')),
    'Original: 90min\n      μs: 5400000000\n   Human: 1h 30min',
  )
})

test('a length that no JSON number holds keeps all its digits', () => {
  assert.equal(reportTimeSpan('300y 1us').usec, '9467280000000001')
  assert.equal(reportTimeSpan('infinity').usec, 'infinity')
})

test('what is no time span is said to be none', () => {
  assert.deepEqual(reportTimeSpan('soon'), { input: 'soon', verdict: 'invalid' })
  assert.match(renderTimeSpan(reportTimeSpan('soon')), /^"soon" is no time span/)
})
