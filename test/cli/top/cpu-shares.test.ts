import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { firstShares, nextShares } from '../../../src/cli/top/cpu-shares.ts'
import { unitOf } from '../../support/status-answers.ts'

const web = (cpuUsageUsec: number | undefined, invocationId = 'a') => [
  unitOf('web.service', { cpuUsageUsec, invocationId }),
]

describe('shares of CPU between two answers', () => {
  test('tell how many cores were busy meanwhile, not on average since the start', () => {
    const shares = nextShares(firstShares(web(60_000_000), 0), web(63_000_000), 2000)
    assert.equal(shares.cores.get('web.service'), 1.5)
  })

  test('are of nothing at the first answer, and of no unit that was not there before', () => {
    assert.equal(firstShares(web(5), 0).cores.size, 0)
    assert.equal(nextShares(firstShares([], 0), web(5), 1000).cores.size, 0)
    assert.equal(nextShares(firstShares(web(undefined), 0), web(undefined), 1000).cores.size, 0)
  })

  test('begin anew with another run', () => {
    assert.equal(nextShares(firstShares(web(1000, 'a'), 0), web(900_000, 'b'), 1000).cores.size, 0)
  })

  test('stay when answers come quickly, and count from the earlier one then', () => {
    const first = firstShares(web(0), 0)
    const quick = nextShares(first, web(100_000), 100)
    assert.equal(quick, first)
    assert.equal(nextShares(quick, web(500_000), 1000).cores.get('web.service'), 0.5)
  })

  test('are taken up again after the clock was set back', () => {
    const back = nextShares(firstShares(web(0), 10_000), web(1), 2000)
    assert.equal(back.cores.size, 0)
    assert.equal(nextShares(back, web(500_001), 3000).cores.get('web.service'), 0.5)
  })
})
