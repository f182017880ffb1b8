import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { table } from '../../../src/cli/render/table.ts'
import { plainLook } from '../../support/looks.ts'

const columns = [
  { title: 'A' },
  { title: 'B', dispensable: 1 },
  { title: 'C', align: 'right', dispensable: 2 },
] as const

describe('a table', () => {
  test('aligns its columns', () => {
    assert.deepEqual(
      table(columns, [{ cells: ['x', 'long one', '1'] }, { cells: ['y', 'z', '100'] }], plainLook),
      ['A  B           C', 'x  long one    1', 'y  z         100'],
    )
  })

  test('a tail stands instead of the columns after it and does not widen them', () => {
    const rows = [
      { cells: ['x'], tail: { text: 'a remark that is longer than any column' } },
      { cells: ['y', 'z', '1'] },
    ]
    assert.deepEqual(table(columns, rows, plainLook)[1], 'x  a remark that is longer than any column')
    assert.equal(table(columns, rows, plainLook)[2], 'y  z  1')
  })

  test('gives up columns before a tail would not fit', () => {
    const rows = [{ cells: ['x'.repeat(12), 'y'.repeat(12)], tail: { text: 'a subject of a commit' } }]
    const narrow = { ...plainLook, width: 40 }
    assert.equal(table(columns, rows, narrow)[1], `${'x'.repeat(12)}  a subject of a commit`.slice(0, 40))
  })

  test('a name of any length leaves room for the other columns, and keeps both its ends', () => {
    const named = [{ title: 'NAME', isElastic: true }, { title: 'STATE' }] as const
    const [, row] = table(named, [{ cells: [`web@${'x'.repeat(200)}-west`, 'running'] }], plainLook)
    assert.match(row!, /^web@x{12}…x{10}-west {2}running$/)
  })

  test('is never wider than the terminal while there is a column to leave out', () => {
    const cell = fc.string({ maxLength: 40 })
    const row = fc.tuple(fc.string({ maxLength: 15 }), cell, cell).map((cells) => ({ cells }))
    fc.assert(
      fc.property(fc.array(row, { maxLength: 5 }), fc.integer({ min: 40, max: 120 }), (rows, width) => {
        const lines = table(columns, rows, { ...plainLook, width })
        assert.equal(lines.length, rows.length + 1)
        for (const line of lines) assert.ok([...line].length <= width, line)
      }),
    )
  })
})
