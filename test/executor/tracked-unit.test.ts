import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { ExitRecord } from '../../src/base/exit.ts'
import type { Cgroup } from '../../src/executor/cgroup.ts'
import { Liveness } from '../../src/executor/liveness.ts'
import { TrackedUnit } from '../../src/executor/tracked-unit.ts'
import { FakeClock } from '../support/fake-clock.ts'

/** A unit in a cgroup whose counter of OOM kills is ours. */
function unitWithKills() {
  const clock = new FakeClock()
  const unit = new TrackedUnit('web.service', {
    clock,
    orphans: new Liveness(clock, 250),
    emit: () => {},
    census: () => {
      throw new Error('not asked')
    },
  })
  let isNew = false
  unit.cgroup = {
    takeOomKill: () => {
      const answer = isNew
      isNew = false
      return answer
    },
  } as unknown as Cgroup
  const killed = (signal = 'SIGKILL'): ExitRecord => ({
    exit: { kind: 'killed', signal, dumpedCore: false },
    atMs: clock.now(),
  })
  return { unit, clock, killed, strike: () => (isNew = true) }
}

describe('the OOM killer', () => {
  it('explains every process of the unit that ended by SIGKILL when it struck', () => {
    const { unit, killed, strike } = unitWithKills()
    strike()
    assert.equal(unit.withOom(killed()).oomKilled, true)
    assert.equal(unit.withOom(killed()).oomKilled, true)
    assert.equal(unit.withOom(killed('SIGTERM')).oomKilled, undefined)
  })

  it('is still known after another process of the unit ended by itself', () => {
    const { unit, clock, killed, strike } = unitWithKills()
    strike()
    unit.withOom({ exit: { kind: 'exited', code: 0 }, atMs: clock.now() })
    assert.equal(unit.withOom(killed()).oomKilled, true)
  })

  it('explains no kill that comes long after it took another process', async () => {
    const { unit, clock, killed, strike } = unitWithKills()
    strike()
    unit.withOom({ exit: { kind: 'exited', code: 1 }, atMs: clock.now() })
    await clock.advance(60_000)
    assert.equal(unit.withOom(killed()).oomKilled, undefined)
  })
})
