/** Daemons of other versions: what an earlier one started is taken over, what a newer one started is left alone. */
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { isAlive } from '../../src/executor/proc.ts'
import { Bench, launchSpec, newInvocation } from '../executor/harness.ts'
import { launchAsEarlier } from '../executor/protocol-1/launch.ts'
import { untilWritten } from '../support/until-written.ts'

test('what an earlier gitproc started is adopted: alive with its pid, or with its true end', async () => {
  const prefix = mkdtempSync(join(tmpdir(), 'gitproc-executor-'))
  // The doorbell hangs there, and nobody listens.
  await (await Bench.open({ prefix })).executor.close()
  const run = join(prefix, 'run')
  const alive = { unit: 'alive.service', invocationId: newInvocation(), role: 'main' }
  const ended = { unit: 'ended.service', invocationId: newInvocation(), role: 'main' }
  launchAsEarlier(run, { ...alive, script: 'trap "exit 7" TERM; echo up; while :; do sleep 0.05; done' })
  launchAsEarlier(run, { ...ended, script: 'exit 42' })
  await untilWritten(join(prefix, 'out'), 'up\n')
  await untilWritten(join(run, ended.unit, ended.invocationId, 'exit'), 'end\n')
  const bench = await Bench.open({ prefix })
  const adopted = await bench.executor.adopt()
  const of = (unit: string) => adopted.find(({ key }) => key.unit === unit)!
  assert.deepEqual(of('ended.service').record?.exit, { kind: 'exited', code: 42 })
  assert.equal(of('alive.service').record, undefined)
  assert.equal(of('alive.service').revision, 'aaaa')
  const process = of('alive.service').process!
  assert.ok(isAlive(process))
  await bench.executor.signal('alive.service', process, 'SIGTERM')
  const spec = { ...launchSpec('alive.service', ''), ...alive }
  assert.deepEqual((await bench.exited(spec)).exit, { kind: 'exited', code: 7 })
  await bench.close()
})

test('what a newer gitproc started is left alone, with words, and nothing is started beside it', async () => {
  const bench = await Bench.open()
  const spec = launchSpec('web.service', 'exec sleep 1000')
  await bench.executor.launch(spec)
  const process = await bench.spawned(spec)
  const file = join(bench.runDirectory, spec.unit, spec.invocationId, 'spec.json')
  const saved = JSON.parse(readFileSync(file, 'utf8')) as object
  const ofNewer = JSON.stringify({ ...saved, protocol: 2, spec: 'told otherwise' })
  writeFileSync(file, ofNewer)
  const earlier = await Bench.open({ prefix: bench.prefix })
  assert.deepEqual(await earlier.executor.adopt(), [])
  assert.match(
    earlier.executor.limitations.at(-1) ?? '',
    /web.service was started by a newer gitproc .*protocol 2/,
  )
  await assert.rejects(earlier.executor.launch(launchSpec('web.service', 'exit 0')), {
    message: /a newer gitproc has started web.service/,
  })
  const other = launchSpec('other.service', 'exit 0')
  await earlier.executor.launch(other)
  await earlier.exited(other)
  assert.ok(isAlive(process))
  assert.equal(readFileSync(file, 'utf8'), ofNewer)
  await earlier.executor.close()
  await bench.executor.signal(spec.unit, process, 'SIGKILL')
  await bench.close()
})
