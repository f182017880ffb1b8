/** What needs no daemon needs no network either: a remote is read as it was fetched last. */
import assert from 'node:assert/strict'
import { renameSync } from 'node:fs'
import { type TestContext, test } from 'node:test'
import { Sandbox } from '../support/sandbox.ts'
import { temporaryDirectory } from '../support/temp-directory.ts'
import { staying, Upstream } from '../support/upstream.ts'

/** A daemon has fetched ten commits' worth of a remote; then both are gone. */
const fetchedOnce = async (t: TestContext): Promise<Sandbox> => {
  const upstream = new Upstream(temporaryDirectory(t))
  for (let step = 1; step <= 10; step += 1)
    upstream.push({ 'web.service': staying(String(step)) }, `step ${step}`)
  const settings = { REMOTE: `file://${upstream.bare}`, REMOTE_DEPTH: '5', WATCH_BRANCH: 'main' }
  const sandbox = new Sandbox({ settings })
  t.after(() => sandbox.end())
  const early = await sandbox.gitproc('cat', 'web')
  assert.match(early.stderr, /shop\.git has not been fetched yet\n {2}gitproc daemon --detach fetches it/)
  await sandbox.start()
  await sandbox.until((status) => status.sync === 'Synced')
  await sandbox.gitproc('stop', '--all')
  await sandbox.kill('SIGTERM')
  renameSync(upstream.bare, `${upstream.bare}.away`)
  return sandbox
}

test('units and plans of a remote are read without it and without a daemon', async (t) => {
  const sandbox = await fetchedOnce(t)
  const said = async (...words: readonly string[]): Promise<string> => {
    const { stdout, stderr } = await sandbox.gitproc(...words)
    return stdout + stderr
  }
  assert.match(await said('cat', 'web', '--revision', 'HEAD~1'), /# web\.service[\s\S]*\b9\b/)
  assert.match(await said('show', 'web', '--revision', 'main'), /^LoadState=loaded$/m)
  assert.match(await said('verify', 'HEAD~2'), /^1 file, nothing to say/)
  const plan = await sandbox.gitproc('plan', '--from', 'HEAD~3', '--to', 'HEAD')
  assert.equal(plan.status, 2, plan.stderr)
  assert.match(plan.stdout, /3 commits\n {2}~ web/)
  assert.match(await said('bisect', 'web', 'HEAD~3'), /web: not found: the bad one works here/)
  assert.match(
    await said('bisect', 'web', 'HEAD~7'),
    /"HEAD~7" names no commit: .*, as far as the remote was fetched\n {2}gitproc plan HEAD~7 lets the daemon/,
  )
})
