import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { type TestContext, test } from 'node:test'
import type { GitprocError } from '../../src/base/error.ts'
import { silentLog } from '../../src/base/log.ts'
import { lockStateDirectory } from '../../src/store/lock.ts'
import { openStore } from '../../src/store/open-store.ts'
import { openUnitStates } from '../../src/store/unit-states.ts'
import { newGeneration } from '../support/generations.ts'
import { temporaryDirectory } from '../support/temp-directory.ts'

const child = resolve('test/support/store-child.ts')

/** A process that runs one role of store-child.ts; the first line it prints has been read. */
const startChild = async (t: TestContext, role: string, path: string) => {
  const process = spawn(globalThis.process.execPath, [child, role, path], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  t.after(() => process.kill('SIGKILL'))
  const lines = createInterface(process.stdout)
  const [first] = (await once(lines, 'line')) as [string]
  return { process, first, lines }
}

const kill = async (process: ReturnType<typeof spawn>): Promise<void> => {
  const exited = once(process, 'exit')
  process.kill('SIGKILL')
  await exited
}

test('a second daemon on one state directory is refused, and told which pid holds it', async (t) => {
  const directory = join(temporaryDirectory(t), 'state')
  const { process, first } = await startChild(t, 'lock', directory)
  assert.equal(first, 'locked')
  assert.throws(() => lockStateDirectory(directory), {
    code: 'store/locked',
    message: new RegExp(`pid ${process.pid} uses`),
    remedy: /--state-dir\b/,
  })
  assert.equal(statSync(directory).mode & 0o777, 0o700)
  await kill(process)
  const lock = lockStateDirectory(directory)
  assert.equal(readFileSync(join(directory, 'lock'), 'utf8'), `${globalThis.process.pid}\n`)
  lock.release()
  lock.release()
  lockStateDirectory(directory).release()
})

test('of ten daemons that start at once after a crash exactly one gets the directory', async (t) => {
  const directory = temporaryDirectory(t)
  writeFileSync(join(directory, 'lock'), '1\n')
  const children = await Promise.all(Array.from({ length: 10 }, () => startChild(t, 'lock', directory)))
  assert.deepEqual(children.map(({ first }) => first).sort(), ['locked', ...Array(9).fill('store/locked')])
})

test('a daemon killed at any moment has lost no transition that it went on from', async (t) => {
  for (let round = 0; round < 10; round++) {
    const path = join(temporaryDirectory(t), 'unit-states.jsonl')
    const { process, lines } = await startChild(t, 'states', path)
    let last = 0
    lines.on('line', (line) => {
      last = Number(line)
    })
    while (last < 1 + round * 40) await once(lines, 'line')
    await kill(process)
    const states = await openUnitStates(path, { log: silentLog }).load()
    assert.ok(Math.max(...[...states.values()].map(Number)) >= last, `${last} was printed after it was saved`)
  }
})

/** A file system of half a megabyte; undefined, with a reason, where it cannot be mounted. */
const tinyFileSystem = (t: TestContext): string | undefined => {
  const path = mkdtempSync(join(tmpdir(), 'gitproc-tiny-'))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=512k', 'tmpfs', path], { stdio: 'ignore' })
  } catch {
    rmSync(path, { recursive: true })
    t.skip('only root can mount a small file system')
    return undefined
  }
  t.after(() => {
    execFileSync('umount', ['--lazy', path])
    rmSync(path, { recursive: true })
  })
  return path
}

test('a full disk is one clear sentence, loses nothing, and is over when there is space again', async (t) => {
  const directory = tinyFileSystem(t)
  if (directory === undefined) return
  const troubles: (GitprocError | undefined)[] = []
  const store = openStore(directory, { log: silentLog, onTrouble: (trouble) => troubles.push(trouble) })
  const number = await store.generations.begin(newGeneration('a1', { 'web.service': 'start' }))
  await store.holds.set({ unit: 'a.service', who: 'root', sinceMs: 1, reason: 'noisy' })
  store.unitStates.save('web.service', 'running')
  const ballast = join(directory, 'ballast')
  for (let size = 512; size > 0; size = size >> 1) appendUntilFull(ballast, size * 1024)

  const full = { code: 'store/write', message: /^no space left to write .*/ }
  const long = 'x'.repeat(8192)
  await assert.rejects(store.generations.stepEnded(number, 'web.service', long, 2), full)
  await assert.rejects(store.holds.set({ unit: 'b.service', who: 'root', sinceMs: 1, reason: long }), full)
  assert.deepEqual(
    store.holds.all().map(({ unit }) => unit),
    ['a.service'],
  )
  store.unitStates.save('db.service', long)
  store.unitStates.save('web.service', 'exited')
  await assert.rejects(store.unitStates.flush(), full)
  assert.equal(troubles[0]?.code, 'store/write')

  rmSync(ballast)
  await store.generations.stepEnded(number, 'web.service', 'ready', 3)
  await store.holds.set({ unit: 'b.service', who: 'root', sinceMs: 1, reason: 'later' })
  store.unitStates.save('web.service', 'auto-restart')
  assert.equal(troubles.at(-1), undefined)
  await store.close()
  const again = openStore(directory, { log: { ...silentLog, warn: (message) => assert.fail(message) } })
  assert.equal(again.generations.latest(1)[0]?.steps[0]?.result, 'ready')
  assert.deepEqual(
    again.holds.all().map(({ unit }) => unit),
    ['a.service', 'b.service'],
  )
  assert.deepEqual(
    [...(await again.unitStates.load())],
    [
      ['web.service', 'auto-restart'],
      ['db.service', long],
    ],
  )
  await again.close()
})

const appendUntilFull = (path: string, size: number): void => {
  try {
    for (;;) writeFileSync(path, Buffer.alloc(size), { flag: 'a' })
  } catch (error) {
    assert.equal((error as NodeJS.ErrnoException).code, 'ENOSPC')
  }
}

test('a state directory that cannot be written is refused with the way to look', (t) => {
  const file = join(temporaryDirectory(t), 'file')
  writeFileSync(file, '')
  assert.throws(() => openStore(join(file, 'state'), { log: silentLog }), {
    code: 'store/write',
    remedy: /ls -ld/,
  })
})
