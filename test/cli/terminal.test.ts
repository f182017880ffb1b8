import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lookOf } from '../../src/cli/terminal.ts'

const terminal = { isTTY: true, columns: 120 }

test('colours stand on terminals only, and never with NO_COLOR', () => {
  assert.equal(lookOf(terminal, {}, false).hasColor, true)
  assert.equal(lookOf({}, {}, false).hasColor, false)
  assert.equal(lookOf(terminal, { NO_COLOR: '1' }, false).hasColor, false)
  assert.equal(lookOf(terminal, { NO_COLOR: '1', FORCE_COLOR: '1' }, false).hasColor, false)
  assert.equal(lookOf(terminal, { TERM: 'dumb' }, false).hasColor, false)
  assert.equal(lookOf({}, { FORCE_COLOR: '1' }, false).hasColor, true)
})

test('lines are as wide as the terminal, and never made for less than 80 columns', () => {
  assert.equal(lookOf(terminal, {}, false).width, 120)
  assert.equal(lookOf({ isTTY: true, columns: 40 }, {}, false).width, 80)
  assert.equal(lookOf({}, { COLUMNS: '100' }, false).width, 100)
})
