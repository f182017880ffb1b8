import assert from 'node:assert/strict'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { openOrders } from '../../src/store/orders.ts'
import { temporaryDirectory } from '../support/temp-directory.ts'

test('orders outlive the daemon, and what belongs together is written together', async (context) => {
  const path = join(temporaryDirectory(context), 'orders.json')
  const orders = openOrders(path)
  assert.deepEqual(orders.now(), { declined: [] })
  const pin = { sha: 'a'.repeat(40), who: 'ada', sinceMs: 1, reason: undefined }
  const confirmation = { sha: 'b'.repeat(40), who: 'ada', sinceMs: 1, dueAtMs: 2 }
  await Promise.all([
    orders.change((now) => ({ ...now, pin })),
    orders.change((now) => ({ ...now, confirmation })),
  ])
  const again = openOrders(path).now()
  assert.equal(again.pin?.sha, pin.sha)
  assert.deepEqual(again.confirmation, confirmation)
  assert.equal(statSync(path).mode & 0o777, 0o600)
  assert.match(readFileSync(path, 'utf8'), /"version": 1/)
})

test('orders that cannot be read are never taken for none', (context) => {
  const path = join(temporaryDirectory(context), 'orders.json')
  for (const text of [
    '',
    '{',
    '{"version":1,"orders":[]}',
    '{"version":1,"orders":{}}',
    '{"version":2,"orders":{"declined":[]}}',
  ]) {
    writeFileSync(path, text)
    assert.throws(() => openOrders(path), { code: 'store/read' }, text)
  }
})
