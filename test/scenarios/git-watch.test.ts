import assert from 'node:assert/strict'
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { openRepository } from '../../src/git/open-repository.ts'
import { GitSandbox } from '../support/git-sandbox.ts'

/** Watches a branch by notification alone, and waits for what it notices. */
const startWatch = async (t: TestContext, path: string, branch = 'main', pollMs = 3_600_000) => {
  const repository = await openRepository({ path, branch, pollMs })
  let calls = 0
  let wake = (): void => {}
  const stop = repository.watch(() => {
    calls++
    wake()
  })
  t.after(stop)
  const noticed = async (since: number): Promise<void> => {
    while (calls <= since)
      await new Promise<void>((resolve, reject) => {
        const late = setTimeout(() => reject(new Error('the branch moved and nobody noticed')), 5000)
        wake = () => {
          clearTimeout(late)
          resolve()
        }
      })
  }
  /** Does something that must be noticed. */
  const after = async (action: () => void): Promise<string | undefined> => {
    const before = calls
    action()
    await noticed(before)
    return repository.head().then(
      (head) => head.sha,
      () => undefined,
    )
  }
  return { repository, after, stop, calls: () => calls }
}

test('a commit, an amend, a reset and a packed ref are noticed', async (t) => {
  const sandbox = GitSandbox.make(t)
  const one = sandbox.commit('one', { 'a.service': '1' })
  const { after, calls } = await startWatch(t, sandbox.path)
  assert.equal(
    await after(() => sandbox.commit('two', { 'a.service': '2' })),
    sandbox.git('rev-parse', 'HEAD'),
  )
  assert.equal(
    await after(() => void sandbox.git('commit', '-q', '--amend', '-m', 'amended')),
    sandbox.git('rev-parse', 'HEAD'),
  )
  assert.equal(await after(() => void sandbox.git('reset', '-q', '--hard', one)), one)
  const quiet = calls()
  sandbox.git('pack-refs', '--all')
  const three = await after(() => sandbox.commit('three'))
  assert.equal(three, sandbox.git('rev-parse', 'HEAD'))
  sandbox.git('gc', '-q')
  assert.equal(await after(() => sandbox.commit('four')), sandbox.git('rev-parse', 'HEAD'))
  assert.equal(calls(), quiet + 2, 'packing moves no branch')
})

test('the first commit of an empty repository is noticed', async (t) => {
  const sandbox = GitSandbox.make(t)
  const { after } = await startWatch(t, sandbox.path)
  assert.equal(await after(() => sandbox.commit('one')), sandbox.git('rev-parse', 'HEAD'))
})

test('a push into a bare repository is noticed, with slashes in the branch, too', async (t) => {
  const sandbox = GitSandbox.make(t)
  sandbox.commit('one')
  const bare = join(sandbox.path, '../bare.git')
  sandbox.git('clone', '-q', '--bare', sandbox.path, bare)
  const { after } = await startWatch(t, bare, 'release/2024/x')
  for (let round = 0; round < 3; round++) {
    const sha = sandbox.commit(`c${round}`)
    assert.equal(
      await after(() => void sandbox.git('push', '-q', bare, 'HEAD:refs/heads/release/2024/x')),
      sha,
    )
    GitSandbox.at(bare).git('gc', '-q')
  }
})

test('a branch that is deleted and made again is noticed both times, loose or packed', async (t) => {
  const sandbox = GitSandbox.make(t)
  const sha = sandbox.commit('one')
  sandbox.git('branch', 'deploy/prod')
  const { after } = await startWatch(t, sandbox.path, 'deploy/prod')
  for (const packed of [false, true, false]) {
    if (packed) sandbox.git('pack-refs', '--all')
    assert.equal(await after(() => void sandbox.git('branch', '-q', '-D', 'deploy/prod')), undefined)
    assert.equal(await after(() => void sandbox.git('branch', 'deploy/prod', sha)), sha)
  }
})

test('a commit in a linked work tree is noticed', async (t) => {
  const sandbox = GitSandbox.make(t)
  sandbox.commit('one')
  const linked = GitSandbox.at(join(sandbox.path, '../linked'))
  sandbox.git('worktree', 'add', '-q', '-b', 'side', linked.path)
  const { after } = await startWatch(t, linked.path, 'side')
  assert.equal(await after(() => linked.commit('two', { 'b.service': '1' })), linked.git('rev-parse', 'HEAD'))
})

test('other branches, files and the index are none of our business', async (t) => {
  const sandbox = GitSandbox.make(t)
  sandbox.commit('one', { 'a.service': '1' })
  const { after, calls } = await startWatch(t, sandbox.path)
  sandbox.git('branch', 'other')
  sandbox.write('a.service', '2')
  sandbox.git('add', '.')
  sandbox.git('tag', 'v1')
  sandbox.git('checkout', '-q', '-b', 'third')
  sandbox.git('commit', '-q', '-m', 'elsewhere')
  sandbox.git('checkout', '-q', 'main')
  await after(() => sandbox.commit('two'))
  assert.equal(calls(), 1)
})

test('a ref that is damaged is noticed, and so is its repair', async (t) => {
  const sandbox = GitSandbox.make(t)
  const sha = sandbox.commit('one')
  const { after } = await startWatch(t, sandbox.path)
  const ref = join(sandbox.path, '.git/refs/heads/main')
  assert.equal(await after(() => writeFileSync(ref, '')), undefined)
  assert.equal(await after(() => writeFileSync(ref, `${sha}\n`)), sha)
})

test('a repository that is taken away and put back is found again by the slow poll', async (t) => {
  const sandbox = GitSandbox.make(t)
  const sha = sandbox.commit('one')
  const { after } = await startWatch(t, sandbox.path, 'main', 20)
  const aside = `${sandbox.path}.aside`
  assert.equal(await after(() => renameSync(sandbox.path, aside)), undefined)
  assert.equal(await after(() => renameSync(aside, sandbox.path)), sha)
  // Made anew in its place, as a clone that is thrown away and fetched again: still watched by notification.
  await after(() => rmSync(sandbox.path, { recursive: true }))
  sandbox.gitAt(join(sandbox.path, '..'), 'init', '-q', sandbox.path)
  const fresh = GitSandbox.at(sandbox.path)
  assert.equal(await after(() => fresh.commit('fresh')), fresh.git('rev-parse', 'HEAD'))
  assert.equal(await after(() => fresh.commit('more')), fresh.git('rev-parse', 'HEAD'))
})

test('after the watch has ended nothing is called and nothing keeps the process alive', async (t) => {
  const sandbox = GitSandbox.make(t)
  sandbox.commit('one')
  const { stop, calls } = await startWatch(t, sandbox.path)
  stop()
  const other = await startWatch(t, sandbox.path)
  await other.after(() => sandbox.commit('two'))
  assert.equal(calls(), 0)
})

test('a ref update is noticed within a few milliseconds', async (t) => {
  const sandbox = GitSandbox.make(t)
  const [one, two] = [sandbox.commit('one'), sandbox.commit('two')]
  const { after } = await startWatch(t, sandbox.path)
  const ref = join(sandbox.path, '.git/refs/heads/main')
  const latencies: number[] = []
  for (let round = 0; round < 51; round++) {
    let start = 0
    await after(() => {
      writeFileSync(`${ref}.lock`, `${round % 2 === 0 ? one : two}\n`)
      start = performance.now()
      renameSync(`${ref}.lock`, ref)
    })
    latencies.push(performance.now() - start)
  }
  latencies.sort((left, right) => left - right)
  t.diagnostic(`median ${latencies[25]?.toFixed(2)} ms, slowest ${latencies[50]?.toFixed(2)} ms`)
  assert.ok(latencies[25]! < 5)
  assert.ok(readFileSync(ref, 'utf8').startsWith(one))
})
