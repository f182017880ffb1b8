import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Exit, ExitRecord } from '../../../src/base/exit.ts'
import { briefExit, exitWords } from '../../../src/cli/render/exit.ts'

const record = (exit: Exit, more: Partial<ExitRecord> = {}): ExitRecord => ({ exit, atMs: 0, ...more })
const exited = (code: number): Exit => ({ kind: 'exited', code })
const killed: Exit = { kind: 'killed', signal: 'SIGSEGV', dumpedCore: true }

test('an exit is said with the name of its status, where it has one', () => {
  assert.deepEqual(
    [0, 1, 78].map((code) => exitWords(record(exited(code)))),
    ['exit 0', 'exit 1', 'exit 78 (CONFIG)'],
  )
})

test('a program that was never reached names the step that failed', () => {
  assert.equal(exitWords(record(exited(203), { failedStep: 'EXEC' })), 'exit 203 (EXEC)')
})

test('a signal says whether there is a core, and who sent it where that is known', () => {
  assert.equal(exitWords(record(killed)), 'killed by SIGSEGV, core dumped')
  const oom: Exit = { kind: 'killed', signal: 'SIGKILL', dumpedCore: false }
  assert.equal(exitWords(record(oom, { oomKilled: true })), 'killed by SIGKILL (out of memory)')
})

test('what is not known for certain is said to be so', () => {
  assert.match(exitWords(record(exited(130), { ambiguous: true })), /the shell cannot tell/)
  assert.equal(briefExit(record({ kind: 'unknown', why: 'the host rebooted' })), 'exit unknown')
})
