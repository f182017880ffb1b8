import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LogFormatter } from '../../src/logs/format.ts'
import { harmless } from '../../src/logs/harmless.ts'
import type { LogLine } from '../../src/logs/log-line.ts'
import { parsePriority } from '../../src/logs/priority.ts'

const today = Date.now()
const time = (ms: number): string => new Date(ms).toISOString().slice(11, 23)

const line = (given: Partial<LogLine> = {}): LogLine => ({
  unit: 'mailer.service',
  source: 'out',
  timeMs: today,
  notBeforeMs: today,
  notAfterMs: today,
  invocation: 'c0ffee',
  revision: '4f2c91a',
  identifier: 'mailer',
  priority: 6,
  message: 'hello',
  omittedBytes: 0,
  raw: undefined,
  sequence: 0,
  ...given,
})

const formatter = (given: Partial<ConstructorParameters<typeof LogFormatter>[0]> = {}): LogFormatter =>
  new LogFormatter({
    format: 'short',
    colour: false,
    terminal: true,
    utc: true,
    identifiers: ['api', 'mailer'],
    ...given,
  })

test('a line shows its time, its service in a gutter, and whether it was an error', () => {
  const short = formatter()
  assert.equal(short.format(line({ identifier: 'api' })), `${time(today)} api    │ hello\n`)
  assert.equal(short.format(line({ source: 'err' })), `${time(today)} mailer E hello\n`)
  assert.equal(
    short.format(line({ source: 'note', message: 'exited 78' })),
    `${time(today)} mailer ◂ exited 78\n`,
  )
})

test('lines written while nobody looked say between which times, once', () => {
  const short = formatter()
  const away = line({ notBeforeMs: today - 90_000 })
  const text = short.format(away)
  assert.match(text, /^-- mailer: written between .* and .*, while nobody looked --\n~/)
  assert.match(text, new RegExp(`~${time(today).slice(0, 8)}    mailer │ hello\n$`))
  assert.equal(short.format(away).split('\n').length, 2)
})

test('a line of another day is preceded by its date', () => {
  const short = formatter()
  const old = Date.UTC(2020, 1, 29, 12)
  assert.match(
    short.format(line({ timeMs: old, notBeforeMs: old, notAfterMs: old })),
    /^-- 2020-02-29 --\n12:00:00/,
  )
  assert.match(short.format(line()), /^-- \d{4}-\d\d-\d\d --\n/)
  assert.doesNotMatch(short.format(line()), /--/)
})

test('colour is only there where it was asked for', () => {
  assert.ok(
    !formatter()
      .format(line({ source: 'err', priority: 3 }))
      .includes('\u001b'),
  )
  assert.ok(formatter({ colour: true }).format(line()).includes('\u001b'))
})

test('a program gets one object a line, with the interval where the time is not exact', () => {
  const json = formatter({ format: 'json' })
  const exact = JSON.parse(json.format(line({ source: 'err', priority: 3, message: 'a\nb' })))
  assert.deepEqual(
    { ...exact },
    {
      time: new Date(today).toISOString(),
      unit: 'mailer.service',
      stream: 'stderr',
      identifier: 'mailer',
      invocation: 'c0ffee',
      revision: '4f2c91a',
      priority: 'err',
      message: 'a\nb',
    },
  )
  const vague = JSON.parse(json.format(line({ notBeforeMs: today - 5 })))
  assert.equal(vague.notBefore, new Date(today - 5).toISOString())
})

test('a line too long to be shown says how much is missing', () => {
  assert.equal(
    formatter({ format: 'cat' }).format(line({ omittedBytes: 9 })),
    'hello… (9 bytes more: --raw)\n',
  )
})

test('a service cannot move the cursor of the one who reads its log, but may use colour', () => {
  assert.equal(harmless('\u001b[2J\u001b]0;title\u0007x', true), '^[[2J^[]0;title^Gx')
  assert.equal(harmless('\u001b[31mred', true), '\u001b[31mred\u001b[0m')
  assert.equal(harmless('\u001b[31mred\u001b[0m', false), 'red')
  assert.equal(harmless('50%\r100%\r', true), '50%^M100%')
  assert.equal(harmless('\u202eevil\u0085', true), '\\u202eevil\\u0085')
  assert.equal(harmless('tab\tstays, é stays', true), 'tab\tstays, é stays')
})

test('the priority in front of a line is taken off, as sd-daemon(3) has it', () => {
  assert.deepEqual(parsePriority('<3>bad'), { priority: 3, message: 'bad' })
  assert.deepEqual(parsePriority('<30>daemon.info'), { priority: 6, message: 'daemon.info' })
  assert.deepEqual(parsePriority('plain'), { priority: 6, message: 'plain' })
  assert.deepEqual(parsePriority('<999>x', 4), { priority: 4, message: '<999>x' })
  assert.deepEqual(parsePriority('<b>bold</b>'), { priority: 6, message: '<b>bold</b>' })
})
