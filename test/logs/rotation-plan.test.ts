import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  decodeSeekTable,
  encodeSeekTable,
  footerBytes,
  seekTableBytes,
} from '../../src/logs/archive-format.ts'
import { freeingArguments } from '../../src/logs/free-head.ts'
import { isDue, planCut, surplusArchives } from '../../src/logs/rotation-plan.ts'
import { archivePath, parseArchiveName, unitDirectory } from '../../src/logs/unit-directory.ts'

const block = 4096
const limits = { maxSizeBytes: 10 * block, maxFiles: 3, maxAgeMs: Number.POSITIVE_INFINITY }

test('a file below its limit stays as it is', () => {
  assert.equal(planCut({ shift: 0, start: 0 }, 10 * block - 1, block, limits), undefined)
})

test('a file at its limit is cut at its last whole block', () => {
  const whole = { from: 0, to: 9 * block }
  assert.deepEqual(planCut({ shift: 0, start: 0 }, 10 * block, block, limits), {
    ...whole,
    archives: [whole],
  })
  const shifted = { from: 7, to: 7 + 10 * block }
  assert.deepEqual(planCut({ shift: 7, start: 7 }, 10 * block + 5, block, limits), {
    ...shifted,
    archives: [shifted],
  })
})

test('what is written faster than it can be packed is cut down to what is kept in all', () => {
  const cut = planCut({ shift: 0, start: 0 }, 100 * block, block, limits)
  assert.deepEqual(cut?.archives, [
    { from: 69 * block, to: 79 * block },
    { from: 79 * block, to: 89 * block },
    { from: 89 * block, to: 99 * block },
  ])
})

test('with LogMaxFiles=0 nothing is archived', () => {
  const cut = planCut({ shift: 0, start: 0 }, 10 * block + 1, block, { ...limits, maxFiles: 0 })
  assert.deepEqual(cut, { from: 10 * block, to: 10 * block, archives: [] })
})

test('a burst is left alone until the file is far too long', () => {
  const { maxSizeBytes } = limits
  assert.equal(isDue({ liveBytes: maxSizeBytes, grownBytes: 100, overForMs: 0 }, limits), true)
  assert.equal(isDue({ liveBytes: maxSizeBytes - 1, grownBytes: 100, overForMs: 0 }, limits), false)
  assert.equal(isDue({ liveBytes: 2 * maxSizeBytes, grownBytes: maxSizeBytes, overForMs: 0 }, limits), false)
  assert.equal(isDue({ liveBytes: 16 * maxSizeBytes, grownBytes: maxSizeBytes, overForMs: 0 }, limits), true)
})

test('a writer that never stops is rotated after two seconds, however long its file is by then', () => {
  const growth = { liveBytes: 2 * limits.maxSizeBytes, grownBytes: limits.maxSizeBytes }
  assert.equal(isDue({ ...growth, overForMs: 1000 }, limits), false)
  assert.equal(isDue({ ...growth, overForMs: 2000 }, limits), true)
})

test('every cut is one that fallocate(2) accepts: whole blocks, not up to the end', () => {
  const head = fc
    .tuple(fc.nat(1e6), fc.nat(50))
    .map(([shift, blocks]) => ({ shift, start: shift + blocks * block }))
  const someLimits = fc.record({
    maxSizeBytes: fc.integer({ min: 1, max: 60 * block }),
    maxFiles: fc.nat(5),
    maxAgeMs: fc.constant(Number.POSITIVE_INFINITY),
  })
  fc.assert(
    fc.property(head, fc.nat(600 * block), someLimits, (at, bytes, given) => {
      const cut = planCut(at, bytes, block, given)
      if (cut === undefined) return
      assert.equal((cut.to - at.shift) % block, 0)
      assert.ok(at.start <= cut.from && cut.from <= cut.to && cut.to > at.start)
      assert.ok(cut.to < at.shift + bytes)
      assert.deepEqual([cut.from, ...cut.archives.map((archive) => archive.to)].at(-1), cut.to)
      assert.ok(cut.archives.every((archive, i) => archive.from === (cut.archives[i - 1]?.to ?? cut.from)))
    }),
  )
})

test('the oldest archives go first: those beyond the number, and those that are too old', () => {
  const archives = [0, 10, 20, 30].map((from) => ({ from, to: from + 10 }))
  assert.deepEqual(surplusArchives(archives, 3, 0), [archives[0]])
  assert.deepEqual(surplusArchives(archives, 9, 25), [archives[0], archives[1]])
})

test('the names of archives say what is in them', () => {
  const name = { from: 4096, to: 81920 }
  const file = archivePath('/logs/web.service', 'out', name).split('/').at(-1)!
  assert.deepEqual(parseArchiveName('out', file), name)
  assert.equal(parseArchiveName('err', file), undefined)
  assert.equal(parseArchiveName('out', `${file}.123.tmp`), undefined)
})

test('no unit name leads out of the logs', () => {
  assert.equal(unitDirectory('/logs', 'a\\x2db@c.service'), '/logs/a\\x2db@c.service')
  for (const name of ['', '.', '..', '../etc', 'a/b', 'a\0b'])
    assert.throws(() => unitDirectory('/logs', name))
})

test('the table of an archive says where each part lies', () => {
  const frame = fc.record({ compressedBytes: fc.nat(0xffffffff), contentBytes: fc.nat(0xffffffff) })
  fc.assert(
    fc.property(fc.array(frame), (given) => {
      const frames = given.map((one) => ({ ...one }))
      const table = encodeSeekTable(frames)
      assert.equal(seekTableBytes(table.subarray(table.length - footerBytes)), table.length)
      assert.deepEqual(decodeSeekTable(table), frames)
    }),
  )
})

test('the freeing script gets paths as arguments, whatever they contain', () => {
  const hostile = '/logs/$(reboot); x.service/out'
  const given = freeingArguments({
    file: hostile,
    headFile: `${hostile}.head`,
    headText: '{}',
    operation: 'collapse',
    lengthBytes: 8192,
  })
  assert.ok(!given[1]!.includes(hostile))
  assert.deepEqual(given.slice(3), [hostile, `${hostile}.head`, '{}', '--collapse-range', '8192'])
})
