import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  byteName,
  changedRecords,
  findInTree,
  parseTree,
  readableName,
  serializeTree,
  type TreeRecord,
} from '../../src/git/tree.ts'

const oid = fc.uint8Array({ minLength: 20, maxLength: 20 }).map((bytes) => Buffer.from(bytes).toString('hex'))
/** Few names and few ids, so that trees share entries; bytes of ids that look like names and ends of names. */
const record = fc.record(
  {
    name: fc.constantFrom('a', 'a.service', 'a.service.d', 'b', 'caf\xe9', 'z z', '\x01'),
    mode: fc.constantFrom(0o100644, 0o100755, 0o120000, 0o40000),
    oid: fc.oneof(
      oid,
      fc.constantFrom('00'.repeat(20), '61'.repeat(20), '313030363434206100'.padEnd(40, '0')),
    ),
  },
  { noNullPrototype: true },
)
const records = fc.uniqueArray(record, { selector: (each) => each.name, maxLength: 7 })

test('a tree written is the tree read, whatever its names', () => {
  fc.assert(
    fc.property(records, (entries) => {
      const bytes = serializeTree(entries)
      const byName = (left: TreeRecord, right: TreeRecord): number => (left.name < right.name ? -1 : 1)
      assert.deepEqual(parseTree(bytes).sort(byName), [...entries].sort(byName))
      for (const entry of entries) assert.deepEqual(findInTree(bytes, entry.name), entry)
      assert.equal(findInTree(bytes, 'not there'), undefined)
    }),
  )
})

test('the difference of two trees is what differs entry by entry', () => {
  fc.assert(
    fc.property(records, records, fc.boolean(), (left, right, related) => {
      // Related trees share beginnings and ends, which the comparison skips.
      const after = related
        ? [...left.slice(0, 3), ...right.filter((each) => !left.some((other) => other.name === each.name))]
        : right
      const expected = new Map<string, string>()
      for (const name of new Set([...left, ...after].map((each) => each.name))) {
        const [old, young] = [left, after].map((side) => side.find((each) => each.name === name))
        if (JSON.stringify(old) !== JSON.stringify(young)) expected.set(name, JSON.stringify([old, young]))
      }
      const ordered = (each: TreeRecord | undefined) =>
        each && { name: each.name, mode: each.mode, oid: each.oid }
      const found = changedRecords(serializeTree(left), serializeTree(after)).map(
        (change) => [change.name, JSON.stringify([ordered(change.before), ordered(change.after)])] as const,
      )
      assert.deepEqual(new Map(found), expected)
      assert.equal(found.length, expected.size)
    }),
    { numRuns: 500 },
  )
})

test('a tree that is cut short is damage, not an end', () => {
  const bytes = serializeTree([{ name: 'a.service', mode: 0o100644, oid: '12'.repeat(20) }])
  for (let length = 1; length < bytes.length; length++)
    assert.throws(() => parseTree(bytes.subarray(0, length)), RangeError)
})

test('names of people are UTF-8, names of git are bytes', () => {
  assert.equal(byteName('ü'), '\xc3\xbc')
  assert.equal(readableName('\xc3\xbc.service'), 'ü.service')
  assert.equal(readableName('caf\xe9'), 'caf\ufffd')
})
