import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { stripVTControlCharacters } from 'node:util'
import fc from 'fast-check'
import { render, snapshot, tableHeight } from '../../../../src/cli/render/top/screen.ts'
import { firstState } from '../../../../src/cli/top/answered.ts'
import type { TopState } from '../../../../src/cli/top/top-state.ts'
import { minuteMs, nowMs, statusOf, unitOf } from '../../../support/status-answers.ts'

const api = unitOf('api.service', { tasks: 12 })
const mailer = unitOf('mailer.service', {
  activeState: 'failed',
  subState: 'failed',
  result: 'exit-code',
  hasGivenUp: true,
  mainPid: undefined,
  restarts: 5,
  memoryBytes: undefined,
  cpuUsageUsec: undefined,
  tasks: undefined,
  lastExit: { exit: { kind: 'exited', code: 78 }, atMs: nowMs - 2 * minuteMs },
})
const look = { hasColor: false, isUtc: false }
const first = firstState(statusOf([api, mailer]), { sort: 'cpu', filter: '', look }, nowMs)
const state = (changed: Partial<TopState> = {}): TopState => ({
  ...first,
  shares: { ...first.shares, cores: new Map([['api.service', 0.031]]) },
  log: [
    { text: '14:05:10 │ GET /cart 200', kind: 'out' },
    { text: '14:05:11 E refused', kind: 'err' },
  ],
  ...changed,
})
const size = { columns: 80, rows: 24 }
const linesOf = (shown: string): readonly string[] => shown.split('\n').map((line) => line.trimEnd())

describe('the screen of top', () => {
  test('has the whole, the units, the log of the selected one, and the keys', () => {
    const lines = linesOf(render(state(), { columns: 80, rows: 12 }))
    assert.deepEqual(lines, [
      'shop  main@4f2c91a "raise worker pool" (root, 12m ago)   SYNCED   HEALTH healthy',
      '2 units   1 active   1 failed   cpu 3.1%   memory 84M   tasks 12   restarts 5',
      '     SERVICE  STATE    HEALTH  ↺   UP   CPU▼       MEM  TASKS  COMMIT    PID',
      '› ●  api      running  -       0  12m   3.1%  84M/256M     12  4f2c91a  4711',
      '  ×  mailer   gave up  -       5  2m ago, exit 78',
      '',
      '── api: log ────────────────────────────────────────────────────────────────────',
      '14:05:10 │ GET /cart 200',
      '14:05:11 E refused',
      '',
      '',
      '↑↓ row  r restart  s stop  a start  cmnt sort  / filter  l log  ? help  q quit',
    ])
  })

  test('marks the sort key, and the way it goes', () => {
    const titles = (changed: Partial<TopState>): string => render(state(changed), size).split('\n')[2]!
    assert.match(titles({ sort: 'memory' }), /MEM▼/)
    assert.match(titles({ sort: 'memory', isReversed: true }), /MEM▲/)
    assert.match(titles({ sort: 'name' }), /SERVICE▲/)
  })

  test('asks before it acts, and says what a stop means', () => {
    const bottom = (changed: Partial<TopState>): string | undefined =>
      linesOf(render(state(changed), size)).at(-1)
    const confirm = { kind: 'confirm', unit: 'api.service' } as const
    assert.equal(bottom({ mode: { ...confirm, verb: 'restart' } }), 'Restart api? [y/N]')
    assert.equal(
      bottom({ mode: { ...confirm, verb: 'stop' } }),
      'Stop api, and hold it stopped until somebody starts it? [y/N]',
    )
    assert.match(bottom({ mode: { kind: 'filter', before: '' }, filter: 'ma' })!, /^filter: ma_/)
    assert.equal(
      bottom({ message: { text: 'api: restart requested', isBad: false } }),
      'api: restart requested',
    )
  })

  test('keeps the selected unit in view', () => {
    const many = Array.from({ length: 100 }, (_, index) =>
      unitOf(`unit-${String(index).padStart(2, '0')}.service`),
    )
    const shown = render(state({ status: statusOf(many), sort: 'name', selected: 'unit-73.service' }), size)
    assert.match(shown, /^› ● {2}unit-73 /m)
    assert.match(shown, /^ {2}● {2}unit-72 /m)
    assert.doesNotMatch(shown, /unit-00/)
  })

  test('says so when the daemon is silent, and how old the figures are', () => {
    const silent = state({ problem: 'the daemon is not running', answeredAtMs: nowMs - 7000 })
    assert.match(render(silent, size), /^! no answer for 7s: the daemon is not running$/m)
  })

  test('says so when no unit passes the filter', () => {
    assert.match(render(state({ filter: 'xyz' }), size), /no unit has "xyz" in its name/)
  })

  test('has a page of help that fits 80 columns', () => {
    const shown = render(state({ mode: { kind: 'help' } }), size)
    assert.match(shown, /restart, stop and hold, start the unit; asks first/)
    assert.doesNotMatch(shown, /…/)
  })

  test('gives the log all the room, or none', () => {
    const full = render(state({ pane: 'full' }), size)
    assert.match(full, /GET \/cart/)
    assert.doesNotMatch(full, /SERVICE/)
    const none = render(state({ pane: 'none' }), size)
    assert.doesNotMatch(none, /GET \/cart/)
    assert.match(none, /SERVICE/)
  })

  test('does not let output of a service steer the terminal', () => {
    const shown = render(state({ log: [{ text: 'a\x1b[2Jb\x07\r\n', kind: 'out' }] }), size)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
    assert.doesNotMatch(shown, /[\x00-\x09\x0b-\x1f\x7f]/)
  })

  test('has colours only where they are wanted, and the same text with them', () => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is counted
    const colours = /\x1b\[\d+m/
    assert.doesNotMatch(render(state(), size), colours)
    const coloured = render(state({ look: { ...look, hasColor: true } }), size)
    assert.match(coloured, colours)
    assert.deepEqual(linesOf(stripVTControlCharacters(coloured)), linesOf(render(state(), size)))
  })

  test('is exactly as large as the terminal, however small, in every mode', () => {
    const mode = fc.constantFrom<TopState['mode']>(
      { kind: 'browse' },
      { kind: 'help' },
      { kind: 'filter', before: '' },
      { kind: 'confirm', verb: 'stop', unit: 'api.service' },
    )
    const pane = fc.constantFrom<TopState['pane']>('none', 'half', 'full')
    const dimensions = [fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 60 })] as const
    fc.assert(
      fc.property(...dimensions, mode, pane, fc.boolean(), (columns, rows, inMode, inPane, hasColor) => {
        const here = state({ mode: inMode, pane: inPane, look: { ...look, hasColor } })
        const lines = render(here, { columns, rows }).split('\n')
        assert.equal(lines.length, rows)
        for (const line of lines) assert.ok([...stripVTControlCharacters(line)].length <= columns, line)
        assert.ok(tableHeight(here, { columns, rows }) >= 1)
      }),
    )
  })

  test('is once and whole where the output is no terminal', () => {
    const many = Array.from({ length: 100 }, (_, index) => unitOf(`unit-${index}.service`))
    const lines = snapshot(state({ status: statusOf(many) }), 200)
    assert.equal(lines.length, 2 + 1 + 100)
  })
})
