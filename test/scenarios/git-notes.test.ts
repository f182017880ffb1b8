/** Results in the repository itself, read with the real git. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openRepository } from '../../src/git/open-repository.ts'
import { GitSandbox, unitText } from '../support/git-sandbox.ts'
import { Sandbox } from '../support/sandbox.ts'

test('how each generation ended stands in git log --notes=gitproc', async (t) => {
  const sandbox = new Sandbox({ settings: { GIT_NOTES: 'yes' } })
  t.after(() => sandbox.end())
  await sandbox.init({ 'web.service': '[Service]\nExecStart=/bin/sleep 1000\n' })
  await sandbox.start()
  await sandbox.synced()
  await sandbox.deploy({ 'web.service': '[Service]\nType=oneshot\nExecStart=/bin/false\n' }, 'a bad idea')
  await sandbox.kill('SIGTERM')
  await sandbox.start()
  const log = await sandbox.git('log', '--notes=gitproc', '--format=%s|%N')
  assert.match(log, /a bad idea\|\S+: RolledBack, generation \d+, \d{4}-\S+Z: web\.service: /)
  assert.match(log, /first\|\S+: Healthy, generation 1, /)
  assert.equal(await sandbox.git('fsck', '--strict'), '')
  assert.equal(await sandbox.git('rev-list', '--count', 'refs/notes/gitproc'), '2')
})

test('notes of git and of ours live together, flat or in directories, and git finds all of them', async (t) => {
  const git = GitSandbox.make(t)
  const commits = Array.from({ length: 12 }, (_, n) =>
    git.commit(`c${n}`, { 'a.service': unitText(`n${n}`) }),
  )
  for (const sha of commits.slice(0, 6)) git.git('notes', '--ref=gitproc', 'add', '-m', 'by hand', sha)
  const repository = await openRepository({ path: git.path })
  t.after(() => repository.close())
  for (const sha of commits) await repository.annotate(sha, `first of ${sha}`)
  for (const sha of commits) await repository.annotate(sha, 'second')
  for (const [index, sha] of commits.entries()) {
    const own = `first of ${sha}\nsecond`
    assert.equal(git.git('notes', '--ref=gitproc', 'show', sha), index < 6 ? `by hand\n${own}` : own)
  }
  assert.equal(git.git('notes', '--ref=gitproc', 'list').split('\n').length, 12)
  git.git('notes', '--ref=gitproc', 'append', '-m', 'by git', commits[11]!)
  await repository.annotate(commits[11]!, 'third')
  assert.match(git.git('notes', '--ref=gitproc', 'show', commits[11]!), /second\n+by git\nthird$/)
  for (let n = 0; n < 100; n++) await repository.annotate(commits[0]!, `line ${n}`)
  assert.equal(git.git('notes', '--ref=gitproc', 'show', commits[0]!).split('\n').length, 50)
  assert.equal(git.git('fsck', '--strict'), '')
})
