import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { removeAbandonedUpdate, stagePrefix } from '../../src/git/abandoned-update.ts'
import { temporaryDirectory } from '../support/temp-directory.ts'

/** Of a process that has ended. */
const goneBy = (): number => spawnSync('/bin/true').pid

const workTreeWith = (context: TestContext, lock: string) => {
  const workTree = temporaryDirectory(context)
  const gitDir = join(workTree, '.git')
  mkdirSync(gitDir)
  writeFileSync(join(gitDir, 'index.lock'), lock)
  mkdirSync(join(workTree, `${stagePrefix}abc`))
  removeAbandonedUpdate({ workTree, gitDir, tracksFileMode: true })
  return {
    isLocked: existsSync(join(gitDir, 'index.lock')),
    hasStage: existsSync(join(workTree, `${stagePrefix}abc`)),
  }
}

test('the lock of a gitproc that was killed goes, with what it had prepared', (context) => {
  assert.deepEqual(workTreeWith(context, `gitproc ${goneBy()}\n`), { isLocked: false, hasStage: false })
})

test('the lock of a gitproc that is at work stays', (context) => {
  assert.deepEqual(workTreeWith(context, `gitproc ${process.ppid}\n`), { isLocked: true, hasStage: true })
})

test("git's own lock stays", (context) => {
  assert.deepEqual(workTreeWith(context, ''), { isLocked: true, hasStage: true })
})
