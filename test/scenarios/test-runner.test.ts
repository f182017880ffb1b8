/** The runner of these tests: a file that hangs, or that leaves something behind, is named with what it did. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { promisify } from 'node:util'
import { aloneBecause, longest } from '../runner/alone.ts'
import { temporaryDirectory } from '../support/temp-directory.ts'

const run = promisify(execFile)
const runner = join(import.meta.dirname, '..', 'support', 'run-one-file.ts')

/** What is wrong with a file of these lines, which may use `test`, `spawn`, `fs` and `directory`. */
const faultsOf = async (t: TestContext, lines: string, limitMs = 60_000): Promise<readonly string[]> => {
  const folder = temporaryDirectory(t)
  const [file, place] = [join(folder, 'file.mjs'), join(folder, 'place')]
  writeFileSync(
    file,
    `import { test } from 'node:test'
import { spawn } from 'node:child_process'
import * as fs from 'node:fs'
const directory = process.env.TMPDIR
const leave = (...words) => spawn(words[0], words.slice(1), { cwd: directory, detached: true, stdio: 'ignore' }).unref()
${lines}`,
  )
  const { NODE_TEST_CONTEXT: _, ...env } = process.env
  const { stdout } = await run(process.execPath, [runner, file, place, String(limitMs)], { env })
  assert.ok(!existsSync(place))
  return JSON.parse(stdout) as readonly string[]
}

test('a file that leaves nothing is without fault, whether its tests pass or fail', async (t) => {
  const lines = "test('good', () => {}); test('bad', () => { throw new Error('so') })"
  assert.deepEqual(await faultsOf(t, lines), [])
})

test('one that hangs is ended in time with all that it started, and the test is named', async (t) => {
  const hanging =
    "test('never over', () => new Promise(() => { spawn('sleep', ['1234'], { cwd: directory, stdio: 'inherit' }); setInterval(() => {}, 1000) }))"
  const [fault, ...others] = await faultsOf(t, hanging, 2000)
  assert.match(fault ?? '', /^it took more than 2 s, and was ended in “never over”: .*\d+ \(sleep 1234\)/)
  assert.deepEqual(others, [])
})

test('one whose process does not end after its last test is ended soon', async (t) => {
  const open = "test('over', () => { setInterval(() => {}, 1000) })"
  const [fault] = await faultsOf(t, open)
  assert.match(fault ?? '', /^it did not end within .* its last test.* with no test under way/)
})

test('processes, files and what should be gone elsewhere are told, and the processes ended', async (t) => {
  const untidy = `test('untidy', () => {
  leave('sleep', '1235')
  fs.writeFileSync(directory + '/rest', '')
  fs.appendFileSync(process.env.GITPROC_TEST_OUTSIDE, '/proc/self\\n/no/such/path\\n')
})`
  const faults = await faultsOf(t, untidy)
  assert.equal(faults.length, 3, faults.join('\n'))
  assert.match(faults[0] ?? '', /^it left processes behind: \d+ \(sleep 1235\)$/)
  assert.equal(faults[1], 'it left files in its temporary directory behind: rest')
  assert.equal(faults[2], 'it left what should be gone behind: /proc/self')
})

test('who runs alone or first is a file of this folder', () => {
  for (const name of [...Object.keys(aloneBecause), ...longest])
    assert.ok(existsSync(join(import.meta.dirname, `${name}.test.ts`)), name)
})
