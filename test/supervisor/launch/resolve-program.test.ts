import assert from 'node:assert/strict'
import { test } from 'node:test'
import { failedLaunchRecord, LaunchProblem } from '../../../src/supervisor/launch/launch-problem.ts'
import { resolveProgram } from '../../../src/supervisor/launch/resolve-program.ts'
import { loadService } from '../../support/load-service.ts'

const resolve = (commandLine: string, searchPath = '/nowhere:/bin') => {
  const command = loadService(`ExecStart=${commandLine}`).service?.ExecStart[0]
  assert.ok(command)
  return resolveProgram(command, searchPath)
}

test('a bare name is looked up in the search path, an absolute one is not', async () => {
  assert.equal(await resolve('sh -c true'), '/bin/sh')
  assert.equal(await resolve('/nowhere/app'), '/nowhere/app')
})

test('a bare name that is nowhere could not be executed: 203', async () => {
  const problem: unknown = await resolve('no-such-program').catch((error: unknown) => error)
  assert.ok(problem instanceof LaunchProblem)
  assert.deepEqual(failedLaunchRecord(problem, 0).exit, { kind: 'exited', code: 203 })
})

test('with - a program that is not there counts as if it had exited 0', async () => {
  for (const line of ['-/nowhere/app', '-no-such-program', '-/etc']) {
    const problem: unknown = await resolve(line).catch((error: unknown) => error)
    assert.ok(problem instanceof LaunchProblem, line)
    const { exit, failedStep } = failedLaunchRecord(problem, 0)
    assert.deepEqual([exit, failedStep], [{ kind: 'exited', code: 0 }, 'SKIPPED'])
  }
  assert.equal(await resolve('-/bin/sh'), '/bin/sh')
})
