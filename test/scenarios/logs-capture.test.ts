/** Capture and reading back on real files: times, runs, absence of the daemon, following. */
import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { appendFileSync, readdirSync, statSync, truncateSync, utimesSync, writeFileSync } from 'node:fs'
import { watch } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Clock } from '../../src/base/clock.ts'
import type { LogLine } from '../../src/logs/log-line.ts'
import type { LogQuery } from '../../src/logs/query.ts'
import { readRawLogs } from '../../src/logs/raw.ts'
import { readLogs } from '../../src/logs/read.ts'
import { systemClock } from '../../src/system-clock.ts'
import { begin, linesOf, logsDirectory, messages, startCapture, unit } from '../support/kept-logs.ts'

const rawOf = async (directory: string, query: Partial<LogQuery>): Promise<Buffer> => {
  const pieces: Uint8Array[] = []
  for await (const bytes of readRawLogs({ directory, units: [{ name: unit }], ...query })) pieces.push(bytes)
  return Buffer.concat(pieces)
}

/** Waits until reading gives what is asked for: woken by the files, not by a timer. */
const until = async (directory: string, isThere: (line: LogLine) => boolean): Promise<LogLine> => {
  const abort = new AbortController()
  for await (const line of readLogs({
    directory,
    units: [{ name: unit }],
    follow: true,
    signal: abort.signal,
  })) {
    if (!isThere(line)) continue
    abort.abort()
    return line
  }
  throw new Error('the following ended')
}

const changeOf = async (directory: string, file?: string): Promise<void> => {
  for await (const { filename } of watch(directory)) if (file === undefined || filename === file) return
}

const indexed = (directory: string): Promise<unknown> =>
  until(directory, (line) => line.source === 'note' && line.message === 'that is all')

test('the log files of a service are private, and appended to where they are', async (t) => {
  const { directory, files } = await begin(t)
  assert.equal(statSync(join(directory, unit)).mode & 0o777, 0o750)
  assert.equal(statSync(files.stdout).mode & 0o777, 0o640)
  assert.equal(files.stderr, join(directory, unit, 'err'))
})

test('a line after silence gets its time within milliseconds', async (t) => {
  const { directory, capture, files } = await begin(t)
  capture.mark(unit, 'run1', undefined)
  for (const text of ['first', 'second']) {
    await new Promise((resolve) => setTimeout(resolve, 700))
    const writtenMs = Date.now()
    const isIndexed = changeOf(join(directory, unit), 'index')
    appendFileSync(files.stdout, `${text}\n`)
    await isIndexed
    const line = (await linesOf(directory)).at(-1)
    assert.equal(line?.message, text)
    assert.ok(Math.abs(line.timeMs - writtenMs) < 20, `${line.timeMs - writtenMs} ms off`)
    assert.ok(line.notAfterMs - line.notBeforeMs < 20)
  }
})

test('what came when is kept for both streams, with events between', async (t) => {
  const { directory, capture, files } = await begin(t)
  capture.mark(unit, 'run1', 'aaaa')
  appendFileSync(files.stdout, 'starting\n')
  capture.note(unit, 'ready')
  appendFileSync(files.stderr, '<3>SMTP_URL missing\n')
  capture.note(unit, 'exited 78, start 1 of 5', 'crash')
  capture.mark(unit, 'run2', 'bbbb')
  appendFileSync(files.stdout, 'starting again\n')
  capture.note(unit, 'that is all')
  assert.deepEqual(messages(await linesOf(directory)), [
    'starting',
    'ready',
    'SMTP_URL missing',
    'exited 78, start 1 of 5',
    'starting again',
    'that is all',
  ])
  assert.deepEqual(messages(await linesOf(directory, { lines: 2 })), ['starting again', 'that is all'])
  assert.deepEqual(messages(await linesOf(directory, { lines: 2, reverse: true })), [
    'that is all',
    'starting again',
  ])
  assert.deepEqual(messages(await linesOf(directory, { lines: 0 })), [])
  assert.deepEqual(messages(await linesOf(directory, { lastCrash: true })), [
    'starting',
    'ready',
    'SMTP_URL missing',
    'exited 78, start 1 of 5',
  ])
  assert.deepEqual(messages(await linesOf(directory, { revision: 'bb' })), ['starting again', 'that is all'])
  assert.deepEqual(messages(await linesOf(directory, { invocation: 'run2' })), [
    'starting again',
    'that is all',
  ])
  assert.deepEqual(messages(await linesOf(directory, { streams: ['err'] })), ['SMTP_URL missing'])
  assert.deepEqual(messages(await linesOf(directory, { grep: /^start/ })), ['starting', 'starting again'])
  const levelMax = { units: [{ name: unit, maxPriority: 3 }] }
  assert.deepEqual(messages(await linesOf(directory, levelMax)), [
    'SMTP_URL missing',
    'exited 78, start 1 of 5',
  ])
})

test('a line that one run left unfinished is not continued by the next', async (t) => {
  const { directory, capture, files } = await begin(t)
  capture.mark(unit, 'run1', undefined)
  appendFileSync(files.stdout, 'no end')
  capture.note(unit, 'killed')
  capture.mark(unit, 'run2', undefined)
  appendFileSync(files.stdout, 'anew\n')
  assert.deepEqual(messages(await linesOf(directory)), ['no end', 'killed', 'anew'])
  assert.equal((await rawOf(directory, {})).toString(), 'no endanew\n')
})

test('lines written while the daemon was away get an honest interval', async (t) => {
  const { directory, capture, files } = await begin(t)
  capture.note(unit, 'seen')
  const leftMs = Date.now()
  await capture.close()
  await new Promise((resolve) => setTimeout(resolve, 50))
  const writtenMs = Date.now()
  appendFileSync(files.stdout, 'unseen\n')
  const later = startCapture(directory)
  t.after(() => later.close())
  await later.open(unit)
  later.note(unit, 'back')
  const [, line] = await linesOf(directory)
  assert.equal(line?.message, 'unseen')
  assert.ok(line.notBeforeMs <= leftMs && writtenMs - 10 <= line.notAfterMs && line.notAfterMs <= Date.now())
})

test('a record of the index that was torn by a crash is dropped, and the next one is whole', async (t) => {
  const { directory, capture, files } = await begin(t)
  capture.note(unit, 'before')
  await capture.close()
  appendFileSync(join(directory, unit, 'index'), '{"t":17000')
  appendFileSync(files.stdout, 'hello\n')
  const later = startCapture(directory)
  t.after(() => later.close())
  await later.open(unit)
  later.note(unit, 'after')
  assert.deepEqual(messages(await linesOf(directory)), ['before', 'hello', 'after'])
})

test('binary output, very long lines and a missing line break come back as they were', async (t) => {
  const { directory, capture, files } = await begin(t)
  const binary = Buffer.from(Array.from({ length: 70_000 }, (_, i) => (i * 7919) % 256))
  const long = Buffer.alloc(5_000_000, 'long ')
  const written = Buffer.concat([binary, Buffer.from('\n'), long, Buffer.from('\nno end')])
  writeFileSync(files.stdout, written, { flag: 'a' })
  capture.note(unit, 'that is all')
  assert.ok((await rawOf(directory, { streams: ['out'] })).equals(written))
  assert.ok((await rawOf(directory, {})).equals(written))
  const lines = await linesOf(directory, { grep: /^long long/ })
  assert.equal(lines.length, 1)
  assert.equal(lines[0]!.message.length + lines[0]!.omittedBytes, long.length)
  assert.deepEqual(messages(await linesOf(directory, { lines: 2 })).slice(0, 1), ['no end'])
})

test('following tells a line when it is whole, and goes on over restarts and rotations without the daemon', async (t) => {
  const { directory, capture, files } = await begin(t, { defaults: { maxSizeBytes: 64 * 1024 } })
  capture.mark(unit, 'run1', undefined)
  const abort = new AbortController()
  const followed = readLogs({ directory, units: [{ name: unit }], follow: true, signal: abort.signal })
  const next = async (): Promise<string> => ((await followed.next()).value as LogLine).message
  appendFileSync(files.stdout, 'one\ntwo')
  assert.equal(await next(), 'one')
  appendFileSync(files.stdout, ' and a half\n')
  assert.equal(await next(), 'two and a half')
  appendFileSync(files.stdout, 'broken off')
  capture.note(unit, 'exited 1')
  assert.deepEqual([await next(), await next()], ['broken off', 'exited 1'])
  capture.mark(unit, 'run2', undefined)
  const many = Array.from({ length: 20_000 }, (_, i) => `line ${i}`)
  for (let at = 0; at < many.length; at += 100) {
    appendFileSync(files.stdout, `${many.slice(at, at + 100).join('\n')}\n`)
    for (let i = at; i < at + 100; i++) assert.equal(await next(), many[i])
  }
  while (!readdirSync(join(directory, unit)).some((file) => file.endsWith('.zst'))) {
    await changeOf(join(directory, unit))
  }
  appendFileSync(files.stdout, 'after the rotation\n')
  assert.equal(await next(), 'after the rotation')
  await capture.close()
  appendFileSync(files.stderr, 'nobody but me looks\n')
  assert.equal(await next(), 'nobody but me looks')
  const end = followed.next()
  abort.abort()
  assert.equal((await end).done, true)
})

test('following all services notices new ones', async (t) => {
  const { directory, capture } = await begin(t)
  const abort = new AbortController()
  const followed = readLogs({ directory, units: [], follow: true, signal: abort.signal })
  const first = followed.next()
  const files = await capture.open('late@1.service')
  appendFileSync(files.stdout, 'here I am\n')
  const line = (await first).value as LogLine
  assert.deepEqual([line.unit, line.message], ['late@1.service', 'here I am'])
  abort.abort()
  assert.equal((await followed.next()).done, true)
})

test('several services are merged in order of time', async (t) => {
  const { directory, capture, files } = await begin(t)
  const other = await capture.open('api.service')
  for (const i of [1, 2, 3]) {
    for (const [name, file] of [
      [unit, files.stdout],
      ['api.service', other.stdout],
    ] as const) {
      appendFileSync(file, `${name} ${i}\n`)
      capture.note(name, 'written')
      // More than a tick of the file system's clock.
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
  const lines = await linesOf(directory, { units: [], streams: ['out'] })
  const rounds = [1, 2, 3].flatMap((i) => [`${unit} ${i}`, `api.service ${i}`])
  assert.deepEqual(messages(lines), rounds)
  assert.deepEqual(
    messages(await linesOf(directory, { units: [], streams: ['out'], reverse: true })),
    rounds.reverse(),
  )
})

test('a log that somebody emptied goes on, and what is written then is read', async (t) => {
  const { directory, capture, files } = await begin(t)
  appendFileSync(files.stdout, 'a long line before\n')
  capture.note(unit, 'emptied')
  truncateSync(files.stdout, 0)
  appendFileSync(files.stdout, 'after\n')
  capture.note(unit, 'that is all')
  await indexed(directory)
  assert.deepEqual(messages(await linesOf(directory)), ['emptied', 'after', 'that is all'])
})

test('an unknown service is named, with those that there are', async (t) => {
  const { directory } = await begin(t)
  await assert.rejects(linesOf(directory, { units: [{ name: 'nope.service' }] }), {
    code: 'logs/unknown-unit',
    data: { unit: 'nope.service', known: [unit] },
  })
})

test('what is older than LogMaxAge= is removed, and what is younger stays', async (t) => {
  const sweeps: (() => void)[] = []
  const clock: Clock = {
    now: systemClock.now,
    at: (atMs, callback) => {
      if (atMs - Date.now() < 60_000) return systemClock.at(atMs, callback)
      sweeps.push(callback)
      return () => {}
    },
  }
  const { directory, capture, files } = await begin(t, { clock, defaults: { maxAgeMs: 200 } })
  appendFileSync(files.stdout, 'old\n'.repeat(3000))
  capture.note(unit, 'old')
  await new Promise((resolve) => setTimeout(resolve, 400))
  appendFileSync(files.stdout, 'new\n'.repeat(3000))
  capture.note(unit, 'new')
  sweeps.at(-1)!()
  await capture.close()
  const kept = messages(await linesOf(directory, { streams: ['out'] }))
  assert.equal(kept.filter((message) => message === 'new').length, 3000)
  assert.ok(kept.filter((message) => message === 'old').length < 1100)
})

/** As if all of a unit's log had been written so long ago. */
const age = (directory: string, hours: number): void => {
  const then = Date.now() / 1000 - hours * 3600
  for (const name of [...readdirSync(directory), '']) utimesSync(join(directory, name), then, then)
}

test('the log of a unit that is gone lives as long as the lines of all others, and no longer', async (t) => {
  const sweeps: (() => void)[] = []
  const clock: Clock = {
    now: systemClock.now,
    at: (_, callback) => {
      sweeps.push(callback)
      return () => {}
    },
  }
  const directory = logsDirectory(t)
  const capture = startCapture(directory, { clock, defaults: { maxAgeMs: 7_200_000 } })
  for (const gone of ['old.service', 'young.service']) {
    const files = await capture.open(gone)
    appendFileSync(files.stdout, 'a line\n')
    capture.release(gone)
  }
  age(join(directory, 'old.service'), 3)
  age(join(directory, 'young.service'), 1.5)
  sweeps[0]!()
  await capture.close()
  assert.deepEqual(readdirSync(directory), ['young.service'])
})

/** Random text: archives are nearly as long as what they hold. */
const noise = (bytes: number): string => `${randomBytes((bytes * 3) / 4).toString('base64')}\n`

/** What the logs take on disk. */
const takenBytes = (directory: string): number =>
  Number(execFileSync('du', ['-sk', '--', directory]).toString().split('\t')[0]) * 1024

const shrunk = async (directory: string, limit: number): Promise<void> => {
  const changes = watch(directory, { recursive: true })
  if (takenBytes(directory) <= limit) return
  for await (const _ of changes) if (takenBytes(directory) <= limit) return
}

test('log_max_total holds for all services together: the oldest archives go first', async (t) => {
  const total = 2 * 1024 * 1024
  const { directory, capture, files } = await begin(t, {
    defaults: { maxSizeBytes: 256 * 1024, maxFiles: 100 },
    maxTotal: { kind: 'bytes', bytes: total },
  })
  const other = await capture.open('api.service', { maxSizeBytes: 128 * 1024 })
  appendFileSync(other.stdout, noise(1024 * 1024))
  for (let i = 0; i < 64; i++) appendFileSync(files.stdout, noise(64 * 1024))
  appendFileSync(files.stdout, 'the newest line\n')
  await shrunk(directory, total)
  await capture.close()
  const lines = messages(await linesOf(directory, { streams: ['out'] }))
  assert.equal(lines.at(-1), 'the newest line')
  assert.ok(lines.length < 64, `${lines.length}`)
})

test('log_max_total takes the log of a unit that is gone before lines of one that runs', async (t) => {
  const total = 1024 * 1024
  const directory = logsDirectory(t)
  const earlier = startCapture(directory)
  appendFileSync((await earlier.open('gone.service')).stdout, noise(512 * 1024))
  await earlier.close()
  age(join(directory, 'gone.service'), 2)
  const capture = startCapture(directory, {
    defaults: { maxSizeBytes: 1e9 },
    maxTotal: { kind: 'bytes', bytes: total },
  })
  t.after(() => capture.close())
  const files = await capture.open(unit)
  for (let i = 0; i < 14; i++) appendFileSync(files.stdout, noise(64 * 1024))
  await shrunk(directory, total)
  assert.deepEqual(readdirSync(directory), [unit])
  assert.equal(messages(await linesOf(directory, { streams: ['out'] })).length, 14)
})

test('where no archive is left, the longest file loses its beginning rather than the disk its last block', async (t) => {
  const total = 1024 * 1024
  const { directory, capture, files } = await begin(t, {
    defaults: { maxSizeBytes: 1e9 },
    maxTotal: { kind: 'bytes', bytes: total },
  })
  for (let i = 0; i < 40; i++) appendFileSync(files.stdout, noise(64 * 1024))
  appendFileSync(files.stdout, 'the newest line\n')
  await shrunk(directory, total + 16 * 1024)
  await capture.close()
  assert.equal(messages(await linesOf(directory, { lines: 1 }))[0], 'the newest line')
})

test('a smaller limit holds at once, also for a service that is silent', async (t) => {
  const { directory, capture, files } = await begin(t)
  appendFileSync(files.stdout, noise(512 * 1024))
  capture.note(unit, 'it was written')
  const archived = changeOf(join(directory, unit), 'out.head')
  await capture.open(unit, { maxSizeBytes: 64 * 1024 })
  await archived
  assert.ok(readdirSync(join(directory, unit)).some((file) => file.endsWith('.zst')))
})

test('a service that writes at full speed costs the daemon next to nothing', async (t) => {
  const { directory, capture, files } = await begin(t, { defaults: { maxSizeBytes: 1e12 } })
  const before = process.cpuUsage()
  const startedMs = Date.now()
  const writer = spawn('sh', [
    '-c',
    'exec head -c 400000000 /dev/zero | tr "\\0" "x" >> "$1"',
    'sh',
    files.stdout,
  ])
  await once(writer, 'exit')
  const { user, system } = process.cpuUsage(before)
  const share = (user + system) / 1000 / (Date.now() - startedMs)
  capture.note(unit, 'that is all')
  await indexed(directory)
  t.diagnostic(`${(share * 100).toFixed(1)} % of a core`)
  assert.ok(share < 0.25, `${share}`)
})
