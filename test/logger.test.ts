import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { createDaemonLogger } from '../src/logger.ts'

test("the daemon's log file has one JSON object a line, with the fields of the message", async () => {
  const directory = mkdtempSync(join(tmpdir(), 'gitproc-logger-'))
  const file = join(directory, 'daemon.log')
  const log = createDaemonLogger({ level: 'error', format: 'json', isTerminal: false, file })
  log.info('not at this level', {})
  log.error('unit changed state', { unit: 'web.service', from: 'start' })
  await log.close()
  const lines = readFileSync(file, 'utf8').trim().split('\n')
  rmSync(directory, { recursive: true })
  assert.equal(lines.length, 1)
  const { time, ...entry } = JSON.parse(lines[0]!) as Record<string, string>
  assert.deepEqual(entry, {
    level: 'error',
    message: 'unit changed state',
    unit: 'web.service',
    from: 'start',
  })
  assert.ok(Number.isFinite(Date.parse(time!)))
})
