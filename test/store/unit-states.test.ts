import assert from 'node:assert/strict'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { silentLog } from '../../src/base/log.ts'
import { openUnitStates } from '../../src/store/unit-states.ts'
import { temporaryDirectory } from '../support/temp-directory.ts'

test('the last state of each unit is found again, removed ones are not', async (t) => {
  const path = join(temporaryDirectory(t), 'unit-states.jsonl')
  const states = openUnitStates(path, { log: silentLog })
  states.save('a.service', { state: 'start' })
  states.save('a.service', { state: 'running', pid: 7 })
  states.save('b.service', 1)
  states.save('c.service', [1, 2])
  states.remove('b.service')
  states.remove('never.service')
  // Not flushed: it must be with the kernel already.
  const again = await openUnitStates(path, { log: silentLog }).load()
  assert.deepEqual(
    [...again],
    [
      ['a.service', { state: 'running', pid: 7 }],
      ['c.service', [1, 2]],
    ],
  )
})

test('transitions without end do not make the file grow without end', async (t) => {
  const path = join(temporaryDirectory(t), 'unit-states.jsonl')
  const states = openUnitStates(path, { log: silentLog })
  for (let round = 0; round < 200; round++) {
    for (let unit = 0; unit < 100; unit++)
      states.save(`u${unit}.service`, { round, filling: 'x'.repeat(200) })
  }
  await states.flush()
  assert.ok(statSync(path).size < 2 * 1024 * 1024, `${statSync(path).size} bytes`)
  const again = await openUnitStates(path, { log: silentLog }).load()
  assert.equal(again.size, 100)
  assert.ok([...again.values()].every((state) => (state as { round: number }).round === 199))
})
