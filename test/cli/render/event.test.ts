import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eventLine } from '../../../src/cli/render/event.ts'
import { plainLook } from '../../support/looks.ts'
import { nowMs } from '../../support/status-answers.ts'

test('an event is a line like those that gitproc logs has', () => {
  const event = {
    kind: 'unit',
    unit: 'mailer.service',
    text: 'exited 78, giving up',
    atMs: nowMs + 204,
  } as const
  assert.equal(eventLine(event, { ...plainLook, isUtc: true }), '14:00:00.204 mailer ◂ exited 78, giving up')
})
