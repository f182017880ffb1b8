import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { lowerToCeilings, parseHardLimits } from '../../src/executor/limit-ceilings.ts'

describe('limits where nobody may raise them', () => {
  it('are lowered to the hard limits of the daemon', () => {
    const asked = { NOFILE: { soft: 1024, hard: 65_535 }, CORE: { soft: Infinity, hard: Infinity } }
    assert.deepEqual(lowerToCeilings(asked, { NOFILE: 20_000, CORE: 0 }), {
      NOFILE: { soft: 1024, hard: 20_000 },
      CORE: { soft: 0, hard: 0 },
    })
  })

  it('are untouched where there is no ceiling', () => {
    const asked = { NOFILE: { soft: 65_535, hard: Infinity } }
    assert.deepEqual(lowerToCeilings(asked, {}), asked)
  })

  it('are read from the kernel, which words them as a table', () => {
    const table =
      'Limit  Soft Limit  Hard Limit  Units\nMax open files            1024                 20000                files\n'
    assert.deepEqual(
      parseHardLimits(
        `${table}Max cpu time              unlimited            unlimited            seconds\n`,
      ),
      {
        NOFILE: 20_000,
      },
    )
    const own = parseHardLimits(readFileSync('/proc/self/limits', 'utf8'))
    assert.ok(Object.values(own).every(Number.isFinite))
  })
})
