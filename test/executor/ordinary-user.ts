/** What an ordinary user can do with the executor; run as one by a scenario. */
import assert from 'node:assert/strict'
import { Bench, launchSpec } from './harness.ts'

const bench = await Bench.open()
assert.equal(bench.executor.abilities.users, false)
assert.ok(bench.executor.limitations.length > 0)

const spec = launchSpec('plain.service', 'exec sleep 1000')
await bench.executor.launch(spec)
const main = await bench.spawned(spec)
assert.deepEqual(await bench.executor.processes(spec.unit), [main])
// One daemon at a time listens at the doorbell.
await bench.executor.close()
const next = await Bench.open({ prefix: bench.prefix })
const [adopted] = await next.executor.adopt()
assert.deepEqual([adopted?.process, adopted?.record], [main, undefined])
await next.executor.signal(spec.unit, 'all', 'SIGTERM')
const isEnd = (await next.exited(spec)).exit
assert.deepEqual(isEnd, { kind: 'killed', signal: 'SIGTERM', dumpedCore: false })
await next.empty(spec.unit)

for (const [overrides, sentence] of [
  [{ identity: { uid: 0 } }, /User=: only root/],
  [{ limits: { rlimits: {}, nice: -5 } }, /Nice=-5: only root/],
  [{ sandbox: { privatePids: true } }, /PrivatePIDs=yes/],
] as const) {
  await assert.rejects(next.executor.launch(launchSpec('refused.service', '', overrides)), sentence)
}
await next.close()
console.log('done')
