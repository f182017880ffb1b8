import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ExitRecord } from '../../src/base/exit.ts'
import { initialServiceState, type ServiceState } from '../../src/lifecycle/service-state.ts'
import { reportOf } from '../../src/supervisor/run-report.ts'

const report = (state: Partial<ServiceState>, afterStop?: Partial<ServiceState>) =>
  reportOf({
    unit: 'web.service',
    outcome: { kind: 'done' },
    atRest: { ...initialServiceState(5000), ...state },
    afterStop: afterStop && { ...initialServiceState(9000), ...afterStop },
    mainPid: 42,
    notEnforced: [],
    signalNumbers: { SIGTERM: 15, SIGSEGV: 11 },
  })

const endings: readonly (readonly [ExitRecord['exit'], number | null, string | null])[] = [
  [{ kind: 'exited', code: 3 }, 3, 'exited'],
  [{ kind: 'killed', signal: 'SIGTERM', dumpedCore: false }, 15, 'killed'],
  [{ kind: 'killed', signal: 'SIGSEGV', dumpedCore: true }, 11, 'dumped'],
  [{ kind: 'unknown', why: 'its shim was killed' }, null, 'unknown'],
]

for (const [exit, status, code] of endings)
  test(`an end that is ${JSON.stringify(exit)} has the number ${status}`, () => {
    const { exit_status, exit_code } = report({ mainExit: { exit, atMs: 1 } })
    assert.deepEqual([exit_status, exit_code], [status, code])
  })

test('a process that was never made has the number 0, as in systemd', () => {
  const mainExit = { exit: { kind: 'unknown', why: 'no file' }, atMs: 1, failedStep: 'RESOURCES' } as const
  assert.deepEqual(report({ mainExit }).exit_status, 0)
  assert.deepEqual(report({}).exit_status, 0)
})

test('the stop of a unit that stayed active decides with, whether the run succeeded', () => {
  const good = report({ state: 'exited' }, { state: 'dead' })
  assert.deepEqual([good.succeeded, good.state, good.stopped?.state], [true, 'active', 'inactive'])
  assert.equal(report({ state: 'exited' }, { state: 'failed', result: 'timeout' }).succeeded, false)
})

test('the time from the start to the end counts, the stop included', () => {
  const invocation = { id: 'i', startedAtMs: 2000, revision: undefined, mainStartedAtMs: 2500 }
  const { duration_ms, ended_at, main_started_at } = report({ invocation }, { state: 'dead' })
  assert.deepEqual([duration_ms, ended_at], [7000, '1970-01-01T00:00:09.000Z'])
  assert.equal(main_started_at, '1970-01-01T00:00:02.500Z')
})
