import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type ArchiveFile, archivesToDrop } from '../../src/logs/total-cap.ts'

const archive = (path: string, bytes: number, atMs: number): ArchiveFile => ({ path, bytes, atMs })

test('the oldest archives go first, whosesoever they are, and no more than must', () => {
  const archives = [archive('web/new', 40, 3), archive('api/old', 30, 1), archive('web/older', 30, 2)]
  const paths = (limit: number) => archivesToDrop({ bytes: 150, archives }, limit).map(({ path }) => path)
  assert.deepEqual(paths(150), [])
  assert.deepEqual(paths(149), ['api/old'])
  assert.deepEqual(paths(110), ['api/old', 'web/older'])
  assert.deepEqual(paths(0), ['api/old', 'web/older', 'web/new'])
})

test('what is left is within the limit, or there is no archive left', () => {
  const files = fc.array(fc.record({ path: fc.string(), bytes: fc.nat(1000), atMs: fc.nat(1000) }))
  fc.assert(
    fc.property(files, fc.nat(5000), fc.nat(8000), (archives, live, limit) => {
      const bytes = live + archives.reduce((sum, each) => sum + each.bytes, 0)
      const dropped = archivesToDrop({ bytes, archives }, limit)
      const left = bytes - dropped.reduce((sum, each) => sum + each.bytes, 0)
      assert.ok(left <= limit || dropped.length === archives.length)
    }),
  )
})
