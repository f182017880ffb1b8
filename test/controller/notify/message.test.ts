import assert from 'node:assert/strict'
import { test } from 'node:test'
import { messageOf, slackForm } from '../../../src/controller/notify/message.ts'
import type { EventRecord } from '../../../src/store/event-record.ts'

const origin = { host: 'shop1', repository: '/etc/gitproc/services', branch: 'main' }

const deployed: EventRecord = {
  seq: 7,
  kind: 'generation',
  topic: 'generation',
  text: 'main@4f2c91a "say <!channel> & co": RolledBack',
  atMs: Date.UTC(2026, 0, 2),
  revision: '4f2c91a'.padEnd(40, '0'),
  generation: 12,
  outcome: 'RolledBack',
  who: 'Ada',
  why: 'web.service: exited 1',
}

test('a message says what, where, when, by whom and why, and whether a person should look', () => {
  assert.deepEqual(messageOf(deployed, 'generation', origin), {
    version: 1,
    id: '7-1767312000000',
    event: 'generation',
    ...origin,
    at: '2026-01-02T00:00:00.000Z',
    text: deployed.text,
    why: 'web.service: exited 1',
    who: 'Ada',
    revision: deployed.revision,
    generation: 12,
    outcome: 'RolledBack',
    isBad: true,
  })
})

test('the text of a commit calls nobody in Slack', () => {
  const { text } = slackForm(messageOf(deployed, 'generation', origin))
  assert.match(text, /^:red_circle: \*shop1\*: main@4f2c91a "say &lt;!channel&gt; &amp; co": RolledBack\n/)
  assert.match(text, /\nweb\.service: exited 1\ncommit 4f2c91a, by Ada$/)
})

test('a unit is named, also when it is back', () => {
  const event: EventRecord = { seq: 1, kind: 'unit', unit: 'web.service', text: 'running', atMs: 0 }
  assert.equal(messageOf(event, 'unit-recovered', origin).text, 'web.service is no longer failed: running')
  assert.equal(messageOf(event, 'unit-recovered', origin).isBad, false)
  assert.equal(messageOf(event, 'unit-failed', origin).isBad, true)
})
