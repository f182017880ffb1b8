import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { LogLevel } from '../src/base/log.ts'
import type { FileLimits } from '../src/log-file.ts'
import { createDaemonLogger } from '../src/logger.ts'

const made: string[] = []
after(() => {
  for (const directory of made) rmSync(directory, { recursive: true })
})

const inFile = (level: LogLevel, fileLimits?: FileLimits) => {
  const directory = mkdtempSync(join(tmpdir(), 'gitproc-logger-'))
  made.push(directory)
  const file = join(directory, 'daemon.log')
  const log = createDaemonLogger({
    level,
    format: 'json',
    isTerminal: false,
    isSilent: true,
    file,
    ...(fileLimits === undefined ? {} : { fileLimits }),
  })
  const lines = (): Record<string, unknown>[] =>
    readFileSync(file, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
  return { log, directory, lines }
}

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

test('the level is changed while it runs, and what was below it is written from then on', async () => {
  const { log, lines } = inFile('info')
  log.debug('before')
  log.volume.level = 'debug'
  log.debug('after')
  assert.equal(log.volume.level, 'debug')
  log.volume.level = 'error'
  log.warn('too quiet')
  await log.close()
  assert.deepEqual(
    lines().map(({ message }) => message),
    ['after'],
  )
})

test('a password in an address is never written, in a message or in a field', async () => {
  const { log, lines } = inFile('info')
  log.info('cannot fetch https://ada:hunter2@git.example.org/shop.git', {
    remote: 'ssh://deploy:hunter2@git.example.org/shop',
    nested: { urls: ['https://token-hunter2@git.example.org/'] },
    cause: new Error('https://ada:hunter2@git.example.org/ answers 403'),
    mail: 'ada@example.org',
  })
  await log.close()
  const text = JSON.stringify(lines())
  assert.doesNotMatch(text, /hunter2/)
  assert.match(text, /https:\/\/\*\*\*@git\.example\.org\/shop\.git/)
  assert.match(text, /answers 403/)
  assert.match(text, /"ada@example\.org"/)
})

const messages = (path: string): readonly string[] =>
  readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { readonly unit: string }).unit)

test('the file is rotated by size, no line is lost on the way, and a bounded number of files is kept', async () => {
  const { log, directory } = inFile('info', { sizeBytes: 2000, kept: 3 })
  for (let i = 0; i < 40; i++) {
    log.info('unit changed state', { unit: `web${i}.service` })
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
  await log.close()
  const files = readdirSync(directory).sort()
  assert.deepEqual(files, ['daemon.log', 'daemon.log.1', 'daemon.log.2'])
  const kept = files.toReversed().flatMap((file) => messages(join(directory, file)))
  assert.deepEqual(
    kept,
    Array.from({ length: kept.length }, (_, i) => `web${40 - kept.length + i}.service`),
  )
})

test('a log that is closed in the middle of a burst has all lines in it', async () => {
  const { log, directory } = inFile('info', { sizeBytes: 2000, kept: 100 })
  for (let i = 0; i < 1000; i++) log.info('unit changed state', { unit: `web${i}.service` })
  await log.close()
  assert.equal(readdirSync(directory).flatMap((file) => messages(join(directory, file))).length, 1000)
})
