import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { lines, type Packet, packets, pktLine } from '../../../../src/git/remote/http/pkt-line.ts'

async function* pieces(bytes: Buffer, sizes: readonly number[] = [bytes.length]): AsyncGenerator<Buffer> {
  for (let at = 0, index = 0; at < bytes.length; index++) {
    const size = Math.max(1, sizes[index % sizes.length] ?? 1)
    yield bytes.subarray(at, at + size)
    at += size
  }
}

const all = async <T>(values: AsyncIterable<T>): Promise<T[]> => {
  const found: T[] = []
  for await (const value of values) found.push(value)
  return found
}

test('packets are the same however the network cuts them', async () => {
  const packet = fc.oneof(fc.constant('0000'), fc.constant('0001'), fc.string({ maxLength: 30 }).map(pktLine))
  await fc.assert(
    fc.asyncProperty(
      fc.array(packet),
      fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }),
      async (sent, sizes) => {
        const bytes = Buffer.from(sent.join(''))
        const text = (each: Packet): string => (typeof each === 'string' ? each : each.toString())
        const [cut, whole] = [await all(packets(pieces(bytes, sizes))), await all(packets(pieces(bytes)))]
        assert.deepEqual(cut.map(text), whole.map(text))
        assert.equal(whole.length, sent.length)
      },
    ),
  )
})

test('an answer that is cut off is no answer', async () => {
  const whole = Buffer.from(pktLine(`${'1'.repeat(40)} refs/heads/main\n`))
  for (let length = 1; length < whole.length; length++)
    await assert.rejects(all(lines(pieces(whole.subarray(0, length)))), { code: 'git/protocol' })
})

test('whatever a server sends, reading it ends', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
      try {
        await all(packets(pieces(Buffer.from(bytes))))
      } catch (error) {
        assert.equal((error as { code?: string }).code, 'git/protocol')
      }
    }),
  )
})

test('what the server refuses is said in its words', async () => {
  await assert.rejects(all(lines(pieces(Buffer.from(pktLine('ERR access denied\n'))))), /access denied/)
})
