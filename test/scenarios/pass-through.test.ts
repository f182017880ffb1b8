/** Output of a unit in the foreground, through real FIFOs. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { appendFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { createPassThrough } from '../../src/logs/pass-through.ts'
import { untilSo } from '../support/until-so.ts'

const run = promisify(execFile)

class Sink extends Writable {
  bytes = 0
  text = ''
  readonly isSlow: boolean

  constructor(isSlow = false) {
    super({ highWaterMark: 1024 })
    this.isSlow = isSlow
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.bytes += chunk.length
    if (this.bytes < 1000) this.text += chunk
    if (this.isSlow) setImmediate(done)
    else done()
  }
}

const open = async (stdout: Sink, stderr: Sink) => {
  const prefix = mkdtempSync(join(tmpdir(), 'gitproc-pass-'))
  const capture = createPassThrough({ directory: join(prefix, 'output'), stdout, stderr })
  const targets = await capture.open('web.service')
  const close = async () => {
    await capture.close()
    rmSync(prefix, { recursive: true })
  }
  return { capture, targets, close }
}

test('what was written before the end is handed on whole, to a slow reader too', async () => {
  const [stdout, stderr] = [new Sink(true), new Sink()]
  const { targets, close } = await open(stdout, stderr)
  await run('/bin/sh', [
    '-c',
    `head -c 3000000 /dev/zero >>"$0"; echo done >>"$1"`,
    targets.stdout,
    targets.stderr,
  ])
  await close()
  await new Promise<void>((resolve) => stdout.end(resolve))
  assert.equal(stdout.bytes, 3_000_000)
  assert.equal(stderr.text, 'done\n')
})

test('a process that still may write does not hold up the end', async () => {
  const [stdout, stderr] = [new Sink(), new Sink()]
  const { targets, close } = await open(stdout, stderr)
  const writer = execFile('/bin/sh', ['-c', `exec >>"$0"; echo first; exec sleep 1000`, targets.stdout])
  await untilSo(() => stdout.text.includes('first'))
  await close()
  assert.equal(stdout.text, 'first\n')
  writer.kill()
})

test('a unit that starts again gets the same pipes', async () => {
  const stdout = new Sink()
  const { capture, targets, close } = await open(stdout, new Sink())
  assert.deepEqual(await capture.open('web.service'), targets)
  await appendFile(targets.stdout, 'one\n')
  await close()
  assert.equal(stdout.text, 'one\n')
})
