/** Which commits are new: the same ones that `git rev-list TIP ^KNOWN` names, whatever their dates say. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'
import { openRepository } from '../../src/git/open-repository.ts'
import { GitSandbox, unitText } from '../support/git-sandbox.ts'

/** A generator with a seed: what failed can be made again. */
const randomFrom = (seed: number) => (below: number) => {
  seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fffffff
  return (seed >> 8) % below
}

interface Graph {
  readonly git: GitSandbox
  readonly commits: readonly string[]
}

/** Commits with up to three parents among the earlier ones, and dates that are true or forged. */
const graphOf = (git: GitSandbox, seed: number, isForged: boolean): Graph => {
  const random = randomFrom(seed)
  const tree = git.git('rev-parse', 'HEAD^{tree}')
  const commits: string[] = []
  for (let n = 0; n < 40; n++) {
    const parents = Array.from(
      { length: n === 0 ? 0 : 1 + random(3) },
      () => commits[Math.max(0, n - 1 - random(6))]!,
    )
    const date = `${1_700_000_000 + (isForged ? random(1_000_000) : n)} +0000`
    const args = ['commit-tree', tree, '-m', `c${n}`, ...[...new Set(parents)].flatMap((sha) => ['-p', sha])]
    const identity = ['AUTHOR', 'COMMITTER'].flatMap((who) => [
      [`GIT_${who}_NAME`, 'A'],
      [`GIT_${who}_EMAIL`, 'a@b'],
      [`GIT_${who}_DATE`, date],
    ])
    const env = { PATH: process.env['PATH'], ...Object.fromEntries(identity) }
    commits.push(
      execFileSync('git', ['-C', git.path, ...args], { env })
        .toString()
        .trim(),
    )
  }
  return { git, commits }
}

for (const isForged of [false, true])
  test(`new commits are those that git names, with ${isForged ? 'forged' : 'true'} dates; none is ever missed`, async (t) => {
    const git = GitSandbox.make(t)
    git.commit('root', { 'a.service': unitText('true') })
    const { commits } = graphOf(git, isForged ? 7 : 3, isForged)
    const repository = await openRepository({ path: git.path })
    t.after(() => repository.close())
    const random = randomFrom(11)
    for (let round = 0; round < 40; round++) {
      const [tip, known] = [commits[20 + random(20)]!, commits[random(40)]!]
      const named = git.git('rev-list', tip, `^${known}`).split('\n').filter(Boolean).sort()
      const { commits: found, isWhole } = await repository.evidence.newCommits(tip, [known], 1000)
      const shas = found.map(({ sha }) => sha).sort()
      assert.equal(isWhole, true)
      if (isForged)
        assert.deepEqual(
          named.filter((sha) => !shas.includes(sha)),
          [],
        )
      else assert.deepEqual(shas, named)
      const isForward = await repository.isAncestor(known, tip)
      assert.equal(isForward, git.git('rev-list', known, `^${tip}`) === '')
    }
  })

test('a clone that is too shallow says so, and so does a move that is too long', async (t) => {
  const git = GitSandbox.make(t)
  const commits = Array.from({ length: 10 }, (_, n) =>
    git.commit(`c${n}`, { 'a.service': unitText(`n${n}`) }),
  )
  const path = `${git.path}-shallow`
  execFileSync('git', ['clone', '-q', '--depth', '3', `file://${git.path}`, path])
  const shallow = await openRepository({ path })
  const whole = await openRepository({ path: git.path })
  t.after(() => {
    shallow.close()
    whole.close()
  })
  const [tip, old] = [commits[9]!, commits[0]!]
  assert.equal((await shallow.evidence.newCommits(tip, [commits[8]!], 100)).isWhole, true)
  assert.equal((await shallow.evidence.newCommits(tip, [], 100)).isWhole, false)
  const bounded = await whole.evidence.newCommits(tip, [old], 4)
  assert.deepEqual([bounded.commits.length, bounded.isWhole], [4, false])
})
