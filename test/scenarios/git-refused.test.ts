/** Revisions that are refused whole, with a sentence and what helps: nothing of them is read half. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { type TestContext, test } from 'node:test'
import { GitprocError } from '../../src/base/error.ts'
import { openRepository } from '../../src/git/open-repository.ts'
import { GitSandbox, unitText } from '../support/git-sandbox.ts'
import { Sandbox } from '../support/sandbox.ts'

const refusal = async (t: TestContext, git: GitSandbox, sha: string): Promise<GitprocError> => {
  const repository = await openRepository({ path: git.path })
  t.after(() => repository.close())
  try {
    await repository.files(sha)
  } catch (error) {
    assert.ok(error instanceof GitprocError)
    assert.equal(error.code, 'git/unsupported')
    return error
  }
  throw new Error('it was read')
}

/** A commit whose tree has what git would not write. */
const forged = (
  git: GitSandbox,
  entries: readonly (readonly [mode: string, name: string, id: string])[],
): string => {
  const bytes = entries.map(([mode, name, id]) =>
    Buffer.concat([Buffer.from(`${mode} ${name}\0`), Buffer.from(id, 'hex')]),
  )
  const stdin = Buffer.concat(bytes)
  const tree = git.gitWith({ stdin }, 'hash-object', '-t', 'tree', '-w', '--literally', '--stdin')
  return git.git('commit-tree', '-m', 'forged', tree)
}

test('names that lead out of a work tree, or into its repository', async (t) => {
  const git = GitSandbox.make(t)
  const blob = git.gitWith({ stdin: unitText('true') }, 'hash-object', '-w', '--stdin')
  for (const name of ['..', '.', '', '.git', '.GIT', '../up.service', '/etc/abs.service', 'a/b.service']) {
    const error = await refusal(t, git, forged(git, [['100644', name, blob]]))
    assert.ok(
      error.message.endsWith(`a path that no work tree may have: ${JSON.stringify(name)}`),
      error.message,
    )
    const inner = git.git('rev-parse', `${forged(git, [['100644', name, blob]])}^{tree}`)
    await refusal(t, git, forged(git, [['40000', 'web.service.d', inner]]))
  }
})

test('submodules, also among drop-ins', async (t) => {
  const git = GitSandbox.make(t)
  const commit = git.commit('first', { 'web.service': unitText('true') })
  assert.match(
    (await refusal(t, git, forged(git, [['160000', 'more', commit]]))).message,
    /^more is a submodule/,
  )
  const inner = git.git('rev-parse', `${forged(git, [['160000', 'more', commit]])}^{tree}`)
  const { message } = await refusal(t, git, forged(git, [['40000', 'web.service.d', inner]]))
  assert.match(message, /^web\.service\.d\/more is a submodule, and gitproc reads no submodules/)
})

test('definitions that are too large, one or all together', async (t) => {
  const git = GitSandbox.make(t)
  const large = git.commit('large', {
    'web.service': `${unitText('true')}#${'x'.repeat(3 << 20)}\n`,
    'data.bin': 'x'.repeat(3 << 20),
  })
  assert.match(
    (await refusal(t, git, large)).message,
    /^web\.service has 4 MiB, and no definition of more than 1 MiB/,
  )
  const blob = git.gitWith(
    { stdin: `${unitText('true')}#${'x'.repeat(1_000_000)}\n` },
    'hash-object',
    '-w',
    '--stdin',
  )
  const many = forged(
    git,
    Array.from(
      { length: 80 },
      (_, n) => ['100644', `unit${String(n).padStart(3, '0')}.service`, blob] as const,
    ),
  )
  assert.match((await refusal(t, git, many)).message, /more than 64 MiB/)
})

test('a pointer of Git LFS in the place of a unit: what runs goes on, and status says what helps', async (t) => {
  const sandbox = new Sandbox()
  t.after(() => sandbox.end())
  await sandbox.init({ 'web.service': '[Service]\nExecStart=/bin/sleep 1000\n' })
  await sandbox.start()
  await sandbox.synced()
  const { mainPid } = await sandbox.unit('web.service')
  const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'4'.repeat(64)}\nsize 12345\n`
  await sandbox.commit({ 'web.service': pointer, 'model.bin': pointer }, 'by LFS')
  await sandbox.until(({ notices }) => notices.some(({ code }) => code === 'git/unsupported'))
  const { stdout } = await sandbox.gitproc('status')
  assert.match(stdout, /web\.service is kept by Git LFS: what git has is a pointer, and gitproc reads no LFS/)
  assert.match(stdout, /git lfs untrack web\.service/)
  assert.equal((await sandbox.unit('web.service')).mainPid, mainPid)
})

test('what a hostile repository holds takes little memory before it is refused', async (t) => {
  const git = GitSandbox.make(t)
  const blob = git.gitWith({ stdin: unitText('true') }, 'hash-object', '-w', '--stdin')
  const entry = (n: number): Buffer =>
    Buffer.concat([Buffer.from(`100644 u${String(n).padStart(8, '0')}.service\0`), Buffer.from(blob, 'hex')])
  const stdin = Buffer.concat(Array.from({ length: 900_000 }, (_, n) => entry(n)))
  const tree = git.gitWith({ stdin }, 'hash-object', '-t', 'tree', '-w', '--stdin')
  const program = `
    import { openRepository } from ${JSON.stringify(`${import.meta.dirname}/../../src/git/open-repository.ts`)}
    const repository = await openRepository({ path: ${JSON.stringify(git.path)}, branch: 'main' })
    try { await repository.files(${JSON.stringify(git.git('commit-tree', '-m', 'many', tree))}) }
    catch (error) { console.log(error.code, error.message) }`
  const words = ['--max-old-space-size=128', '--input-type=module', '-e', program]
  assert.match(
    execFileSync(process.execPath, words).toString(),
    /^git\/unsupported a directory .* too many entries/,
  )
})
