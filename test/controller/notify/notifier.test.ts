import assert from 'node:assert/strict'
import { test } from 'node:test'
import { silentLog } from '../../../src/base/log.ts'
import { type Delivery, pausesMs, type Target } from '../../../src/controller/notify/delivery.ts'
import type { Message } from '../../../src/controller/notify/message.ts'
import { Notifier } from '../../../src/controller/notify/notifier.ts'
import type { Delivered } from '../../../src/store/delivered.ts'
import type { Topic } from '../../../src/store/event-record.ts'
import { FakeClock } from '../../support/fake-clock.ts'
import { MemoryEvents } from '../../support/memory-stores.ts'

/** A target that answers as it is told, and what there is around it. */
class Host {
  readonly clock = new FakeClock()
  readonly journal = new MemoryEvents()
  readonly got: Message[] = []
  readonly failures: string[] = []
  delivered: Delivered = {}
  answers: Delivery[] = []

  start(): Notifier {
    const target: Target = {
      name: 'inbox',
      deliver: async (message) => {
        this.got.push(message)
        return this.answers.shift() ?? { kind: 'delivered' }
      },
    }
    const notifier = new Notifier({
      targets: [target],
      topics: new Set<Topic>(['generation', 'unit-failed']),
      delivered: {
        now: () => this.delivered,
        change: async (change) => {
          this.delivered = change(this.delivered)
        },
      },
      journal: this.journal,
      clock: this.clock,
      log: silentLog,
      origin: () => ({ host: 'h', repository: '/r', branch: 'main' }),
    })
    notifier.begin((text) => this.failures.push(text))
    return notifier
  }

  happen(notifier: Notifier | undefined, text: string, topic: Topic = 'generation'): void {
    const event = this.journal.append({ kind: 'generation', text, topic, atMs: this.clock.now() })
    notifier?.announce(event)
  }

  get texts(): readonly string[] {
    return this.got.map(({ text }) => text)
  }
}

/** Everything that waits for nothing but its turn has had it. */
const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve))
}
const failed: Delivery = { kind: 'failed', why: 'HTTP 503' }

test('what happened before a target was configured is not told', async () => {
  const host = new Host()
  host.happen(undefined, 'old')
  const notifier = host.start()
  await settled()
  host.happen(notifier, 'new')
  await settled()
  assert.deepEqual(host.texts, ['new'])
})

test('attempts are bounded: after the last pause the message is given up, once, and the next one goes out', async () => {
  const host = new Host()
  const notifier = host.start()
  host.answers = Array.from({ length: pausesMs.length + 1 }, () => failed)
  host.happen(notifier, 'first')
  host.happen(notifier, 'second')
  for (const pause of pausesMs) {
    await settled()
    await host.clock.advance(pause)
  }
  await settled()
  await settled()
  assert.deepEqual(host.texts, [...Array.from({ length: pausesMs.length + 1 }, () => 'first'), 'second'])
  assert.equal(new Set(host.got.slice(0, -1).map(({ id }) => id)).size, 1)
  assert.deepEqual(host.failures, ['notification by inbox given up after 6 attempts (HTTP 503): first'])
})

test('what a daemon could not deliver, the next one does, and nothing else', async () => {
  const host = new Host()
  const before = host.start()
  host.happen(before, 'told')
  await settled()
  host.answers = [failed]
  host.happen(before, 'waits')
  await settled()
  await before.close()
  host.happen(undefined, 'meanwhile')
  host.happen(undefined, 'of no interest', 'source-trouble')
  host.start()
  await settled()
  await settled()
  assert.deepEqual(host.texts, ['told', 'waits', 'waits', 'meanwhile'])
})

test('while a target is down, the oldest of very many messages are given up', async () => {
  const host = new Host()
  const notifier = host.start()
  host.answers = [failed]
  for (let n = 0; n < 500; n++) host.happen(notifier, `message ${n}`)
  await settled()
  await host.clock.advance(pausesMs[0]!)
  for (let turn = 0; turn < 1000; turn++) await settled()
  assert.equal(host.got.length, 201)
  assert.deepEqual([host.texts[0], host.texts.at(-1)], ['message 0', 'message 499'])
})
