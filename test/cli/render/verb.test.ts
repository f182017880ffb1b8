import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { VerbAnswer } from '../../../src/api/requests.ts'
import { renderVerb } from '../../../src/cli/render/verb.ts'
import { plainLook } from '../../support/looks.ts'
import { nowMs, unitOf } from '../../support/status-answers.ts'

const answer = (outcome: VerbAnswer['outcome'], status = unitOf('web.service')): VerbAnswer => ({
  unit: 'web.service',
  outcome,
  reason: outcome === 'failed' ? 'exited 78' : undefined,
  status,
})

describe('what comes of a command to a unit', () => {
  test('a start says how it runs now', () => {
    assert.deepEqual(renderVerb({ verb: 'start', isHeld: false }, answer('ready'), plainLook), [
      '● web: running, pid 4711',
    ])
  })

  test('a stop says that it holds, and what ends the hold', () => {
    const stopped = unitOf('web.service', {
      activeState: 'inactive',
      subState: 'dead',
      mainPid: undefined,
      lastExit: { exit: { kind: 'killed', signal: 'SIGTERM', dumpedCore: false }, atMs: nowMs },
    })
    const held = renderVerb({ verb: 'stop', isHeld: true }, answer('done', stopped), plainLook)
    assert.deepEqual(held, ['○ web: stopped; held until: gitproc start web'])
    const loose = renderVerb({ verb: 'stop', isHeld: false }, answer('done', stopped), plainLook)
    assert.deepEqual(loose, ['○ web: stopped'])
  })

  test('a failure says why, and where to look', () => {
    assert.deepEqual(renderVerb({ verb: 'restart', isHeld: false }, answer('failed'), plainLook), [
      '× web: restart failed: exited 78',
      '  gitproc logs web --last-crash',
    ])
  })

  test('what was not waited for says where to see the outcome', () => {
    assert.match(
      renderVerb({ verb: 'reload', isHeld: false }, answer('accepted'), plainLook)[0]!,
      /gitproc status web/,
    )
  })
})
