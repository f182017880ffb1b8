/** A local branch or repository that is taken away: what runs goes on, and status says what was there and how to get it back. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { renameSync } from 'node:fs'
import { test } from 'node:test'
import { Sandbox } from '../support/sandbox.ts'
import { staying } from '../support/upstream.ts'

test('deleting the only branch is not taken for a repository without a commit', async (t) => {
  const sandbox = new Sandbox()
  t.after(() => sandbox.end())
  await sandbox.init({ 'web.service': staying('1') })
  await sandbox.start()
  await sandbox.until((status) => status.sync === 'Synced')
  const pid = (await sandbox.unit('web.service')).mainPid
  const sha = await sandbox.git('rev-parse', 'HEAD')
  await sandbox.git('update-ref', '-d', 'refs/heads/main')
  await sandbox.until((status) => status.syncReason === 'BranchMissing')
  const words = async (): Promise<string> => (await sandbox.gitproc('status')).stdout.replaceAll(/\s+/g, ' ')
  assert.match(await words(), /has no branch main any more: what runs is of [0-9a-f]{7} "first"/)
  await sandbox.kill()
  await sandbox.start()
  await sandbox.until((status) => status.syncReason === 'BranchMissing')
  const remedy = /git -C \S+ branch main [0-9a-f]{12}/.exec(await words())?.[0].split(' ') ?? []
  execFileSync(remedy[0] ?? '', remedy.slice(1))
  await sandbox.until((status) => status.sync === 'Synced')
  assert.equal(await sandbox.git('rev-parse', 'main'), sha)
  assert.equal((await sandbox.unit('web.service')).mainPid, pid)
})

test('a repository that is gone is said to be gone, with what helps', async (t) => {
  const sandbox = new Sandbox()
  t.after(() => sandbox.end())
  await sandbox.init({ 'web.service': staying('1') })
  await sandbox.start()
  await sandbox.until((status) => status.sync === 'Synced')
  renameSync(sandbox.repo, `${sandbox.repo}.away`)
  const { notices } = await sandbox.status()
  assert.equal(notices[0]?.code, 'git/no-repository')
  assert.match(notices[0]?.remedy ?? '', /put it back/)
  renameSync(`${sandbox.repo}.away`, sandbox.repo)
  assert.equal((await sandbox.gitproc('sync', '--wait')).status, 0)
})
