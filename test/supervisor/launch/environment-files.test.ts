import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { readEnvironmentFiles } from '../../../src/supervisor/launch/environment-files.ts'
import { LaunchProblem } from '../../../src/supervisor/launch/launch-problem.ts'

const folder = mkdtempSync(join(tmpdir(), 'gitproc-env-'))
after(() => rmSync(folder, { recursive: true }))

const read = async (name: string, optional = false) =>
  (await readEnvironmentFiles([{ path: join(folder, name), optional }])).map((file) =>
    Object.fromEntries(file),
  )

test('a pattern is every file that matches, in the order of their names', async () => {
  for (const name of ['20.env', '10.env', '.hidden.env']) writeFileSync(join(folder, name), `A=${name}\n`)
  assert.deepEqual(await read('*.env'), [{ A: '10.env' }, { A: '20.env' }])
  assert.deepEqual(await read('[2-9]?.env'), [{ A: '20.env' }])
})

test('a file that is missing fails the start, unless it is optional', async () => {
  const isResources = (error: unknown) => error instanceof LaunchProblem && error.step === 'RESOURCES'
  await assert.rejects(read('none.env'), isResources)
  await assert.rejects(read('none-*.env'), isResources)
  assert.deepEqual(await read('none.env', true), [])
  assert.deepEqual(await read('none-*.env', true), [])
})

test('a file with bytes that are no text is refused whole', async () => {
  writeFileSync(join(folder, 'raw'), Buffer.from([0x41, 0x3d, 0xe9, 0x0a]))
  await assert.rejects(read('raw'), /holds what no environment can/)
})
