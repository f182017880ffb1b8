import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Exit, ExitRecord } from '../../src/base/exit.ts'
import {
  conditionVerdict,
  controlVerdict,
  mainVerdict,
  resultEnvironment,
} from '../../src/lifecycle/exit-verdict.ts'
import { initialServiceState } from '../../src/lifecycle/service-state.ts'
import { exitWords, spanWords } from '../../src/lifecycle/words.ts'
import { policyWith } from '../support/service-policy.ts'

const record = (exit: Exit, more: Partial<ExitRecord> = {}): ExitRecord => ({ exit, atMs: 0, ...more })
const code = (status: number) => record({ kind: 'exited', code: status })
const signal = (name: string, dumpedCore = false) => record({ kind: 'killed', signal: name, dumpedCore })

test('a daemon may end by SIGTERM, a oneshot and a control command may not', () => {
  assert.equal(mainVerdict(signal('SIGTERM'), 0, policyWith()), 'success')
  assert.equal(mainVerdict(signal('SIGTERM'), 0, policyWith({ type: 'oneshot' })), 'signal')
  assert.equal(controlVerdict(signal('SIGTERM'), false), 'signal')
})

test('SuccessExitStatus= adds statuses and signals to what is clean', () => {
  const policy = policyWith({ successExitStatus: { statuses: [143], signals: ['SIGKILL'] } })
  assert.equal(mainVerdict(code(143), 0, policy), 'success')
  assert.equal(mainVerdict(signal('SIGKILL'), 0, policy), 'success')
  assert.equal(mainVerdict(code(1), 0, policy), 'exit-code')
})

test('each ending has its word', () => {
  assert.equal(mainVerdict(signal('SIGSEGV', true), 0, policyWith()), 'core-dump')
  assert.equal(
    mainVerdict(
      record({ kind: 'killed', signal: 'SIGKILL', dumpedCore: false }, { oomKilled: true }),
      0,
      policyWith(),
    ),
    'oom-kill',
  )
  assert.equal(mainVerdict(record({ kind: 'unknown', why: 'shim gone' }), 0, policyWith()), 'unknown')
})

test('ExecCondition= that exits 1 to 254 skips, 255 and signals fail', () => {
  assert.equal(conditionVerdict(code(0), false), 'success')
  assert.equal(conditionVerdict(code(254), false), 'exec-condition')
  assert.equal(conditionVerdict(code(255), false), 'exit-code')
  assert.equal(conditionVerdict(signal('SIGTERM'), false), 'signal')
})

test('ExecStopPost= learns $SERVICE_RESULT, $EXIT_CODE and $EXIT_STATUS in systemd’s words', () => {
  const ended = { ...initialServiceState(0), result: 'signal' as const, mainExit: signal('SIGKILL') }
  assert.deepEqual(resultEnvironment(ended), {
    SERVICE_RESULT: 'signal',
    EXIT_CODE: 'killed',
    EXIT_STATUS: 'KILL',
  })
  assert.deepEqual(resultEnvironment(initialServiceState(0)), { SERVICE_RESULT: 'success' })
})

test('endings are said in words that a person would use', () => {
  assert.equal(exitWords(code(78)), 'exited 78')
  assert.equal(exitWords(signal('SIGSEGV', true)), 'killed by SIGSEGV, core dumped')
  assert.equal(
    exitWords(record({ kind: 'exited', code: 203 }, { failedStep: 'EXEC' })),
    'could not be started (203/EXEC)',
  )
  assert.match(
    exitWords(record({ kind: 'unknown', why: 'the shim was killed' })),
    /status unknown \(the shim was killed\)/,
  )
})

test('spans are short', () => {
  assert.deepEqual([0, 250, 5000, 1500, 90_000, 7_200_000].map(spanWords), [
    '0 ms',
    '250 ms',
    '5 s',
    '1.5 s',
    '1 min 30 s',
    '2 h',
  ])
})
