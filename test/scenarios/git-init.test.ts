import assert from 'node:assert/strict'
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { initRepository, installPreCommitHook } from '../../src/git/init-repository.ts'
import { openRepository } from '../../src/git/open-repository.ts'
import { GitSandbox } from '../support/git-sandbox.ts'
import { temporaryDirectory } from '../support/temp-directory.ts'

test('init makes a directory a repository that git and gitproc use, and touches nothing that is there', async (t) => {
  const path = join(temporaryDirectory(t), 'a/services')
  mkdirSync(path, { recursive: true })
  writeFileSync(join(path, 'web.service'), 'mine')
  assert.deepEqual(await initRepository({ path, branch: 'main' }), { isNew: true })
  await assert.rejects((await openRepository({ path })).head(), { code: 'git/no-commit' })
  const sandbox = GitSandbox.at(path)
  assert.equal(sandbox.git('status', '--porcelain'), '?? web.service')
  const sha = sandbox.commit('one')
  assert.deepEqual(await initRepository({ path, branch: 'other' }), { isNew: false })
  const repository = await openRepository({ path })
  assert.deepEqual([repository.branch, (await repository.head()).sha], ['main', sha])
  assert.equal(readFileSync(join(path, 'web.service'), 'utf8'), 'mine')
})

test('init says what is in its way', async (t) => {
  const file = join(temporaryDirectory(t), 'file')
  writeFileSync(file, '')
  await assert.rejects(initRepository({ path: join(file, 'services'), branch: 'main' }), {
    code: 'git/unwritable',
  })
})

test('the hook refuses a commit whose staged units have errors, and only that', async (t) => {
  const sandbox = GitSandbox.make(t)
  const verify = join(sandbox.path, '..', "it's verify")
  writeFileSync(
    verify,
    '#!/bin/sh\ngrep -rq "staged and bad" "$2" && echo "a.service:1:1: error" && exit 1\nexit 0\n',
  )
  chmodSync(verify, 0o755)
  assert.equal(installPreCommitHook(sandbox.path, [verify, 'verify']), 'installed')
  assert.equal(installPreCommitHook(sandbox.path, [verify, 'verify']), 'already-installed')
  sandbox.write('a.service', 'fine\n')
  sandbox.git('add', 'a.service')
  sandbox.write('a.service', 'staged and bad, but not staged\n')
  sandbox.git('commit', '-q', '-m', 'good')
  sandbox.git('add', 'a.service')
  sandbox.write('a.service', 'fine in the work tree\n')
  assert.throws(() => sandbox.git('commit', '-q', '-m', 'bad'), /a\.service:1:1: error/)
  sandbox.git('commit', '-q', '--no-verify', '-m', 'on purpose')
})

test('a hook of somebody else stays as it is', (t) => {
  const sandbox = GitSandbox.make(t)
  const hook = join(sandbox.path, '.git/hooks/pre-commit')
  mkdirSync(join(hook, '..'), { recursive: true })
  writeFileSync(hook, 'theirs')
  assert.equal(installPreCommitHook(sandbox.path, ['gitproc', 'verify']), 'other-hook')
  assert.equal(readFileSync(hook, 'utf8'), 'theirs')
  assert.ok(existsSync(hook))
})
