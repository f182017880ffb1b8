import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { openRepository } from '../../src/git/open-repository.ts'
import { GitSandbox } from '../support/git-sandbox.ts'

const author = { name: 'gitproc', email: 'gitproc@localhost' }
const message = 'Roll back to one\n\nbecause two failed'

test('a rollback is a commit on top whose tree is the earlier one; work tree and index follow and are clean', async (t) => {
  const sandbox = GitSandbox.make(t)
  sandbox.write('run.sh', 'x')
  symlinkSync('web@.service', join(sandbox.path, 'web@1.service'))
  const one = sandbox.commit('one', {
    'a.service': 'a1',
    'b.service': 'b',
    'gone.service.d/x.conf': 'x',
    'deep/er/file': 'd',
  })
  chmodSync(join(sandbox.path, 'run.sh'), 0o755)
  unlinkSync(join(sandbox.path, 'web@1.service'))
  const two = sandbox.commit('two', {
    'a.service': 'a2',
    'new.service': 'n',
    'gone.service.d': undefined,
    'deep/er/file': undefined,
    'deep/other': 'o',
  })
  sandbox.write('untracked.txt', 'mine')
  const repository = await openRepository({ path: sandbox.path, clock: { now: () => 1_800_000_000_000 } })
  const made = await repository.commitTreeOf(one, message, author)
  assert.deepEqual(
    { ...made, sha: '' },
    {
      sha: '',
      branch: 'main',
      subject: 'Roll back to one',
      author: 'gitproc',
      committedAtMs: 1_800_000_000_000,
    },
  )
  assert.equal(sandbox.git('rev-parse', 'HEAD'), made.sha)
  assert.equal(sandbox.git('rev-parse', 'HEAD^'), two)
  assert.equal(sandbox.git('rev-parse', 'HEAD^{tree}'), sandbox.git('rev-parse', `${one}^{tree}`))
  assert.equal(sandbox.git('status', '--porcelain'), '?? untracked.txt')
  assert.equal(sandbox.git('diff-files'), '')
  assert.equal(readFileSync(join(sandbox.path, 'a.service'), 'utf8'), 'a1')
  assert.equal(readlinkSync(join(sandbox.path, 'web@1.service')), 'web@.service')
  assert.equal(statSync(join(sandbox.path, 'run.sh')).mode & 0o111, 0)
  assert.deepEqual(readdirSync(sandbox.path).sort(), [
    '.git',
    'a.service',
    'b.service',
    'deep',
    'gone.service.d',
    'run.sh',
    'untracked.txt',
    'web@1.service',
  ])
  assert.match(sandbox.git('reflog', '-1', 'main'), /commit: Roll back to one/)
  assert.match(sandbox.git('reflog', '-1', 'HEAD'), /commit: Roll back to one/)
  sandbox.git('fsck', '--strict')
  assert.deepEqual(
    readdirSync(join(sandbox.path, '.git')).filter((name) => name.endsWith('.lock')),
    [],
  )
  const back = await repository.commitTreeOf(two, 'and forward again', author)
  assert.equal(sandbox.git('rev-parse', `${back.sha}^{tree}`), sandbox.git('rev-parse', `${two}^{tree}`))
  assert.equal(sandbox.git('status', '--porcelain'), '?? untracked.txt')
  await assert.rejects(repository.commitTreeOf(two, 'once more', author), { code: 'plan/nothing' })
})

test('with a watched folder only the folder goes back, the rest of the repository stays at its tip', async (t) => {
  const sandbox = GitSandbox.make(t)
  const zero = sandbox.commit('zero', { 'README.md': '0' })
  const one = sandbox.commit('one', { 'README.md': '1', 'conf/host/a.service': 'a1' })
  sandbox.commit('two', {
    'README.md': '2',
    'conf/host/a.service': 'a2',
    'conf/host/b.service': 'b',
    'conf/x': 'x',
  })
  const repository = await openRepository({ path: sandbox.path, folder: 'conf/host' })
  await repository.commitTreeOf(one, message, author)
  assert.equal(sandbox.git('ls-tree', '-r', '--name-only', 'HEAD'), 'README.md\nconf/host/a.service\nconf/x')
  assert.equal(sandbox.git('show', 'HEAD:README.md'), '2')
  assert.equal(sandbox.git('show', 'HEAD:conf/host/a.service'), 'a1')
  assert.equal(sandbox.git('status', '--porcelain'), '')
  await repository.commitTreeOf(zero, 'before the folder was', author)
  assert.equal(sandbox.git('ls-tree', '-r', '--name-only', 'HEAD'), 'README.md\nconf/x')
  await repository.commitTreeOf(one, message, author)
  assert.equal(sandbox.git('show', 'HEAD:conf/host/a.service'), 'a1')
  assert.equal(sandbox.git('status', '--porcelain'), '')
  sandbox.git('fsck', '--strict')
})

test('a bare repository gets the commit, and only that', async (t) => {
  const sandbox = GitSandbox.make(t)
  const one = sandbox.commit('one', { 'a.service': 'a1' })
  sandbox.commit('two', { 'a.service': 'a2' })
  const bare = GitSandbox.at(join(sandbox.path, '../bare.git'))
  sandbox.git('clone', '-q', '--bare', sandbox.path, bare.path)
  const repository = await openRepository({ path: bare.path })
  const made = await repository.commitTreeOf(one, message, author)
  assert.equal(bare.git('rev-parse', 'main'), made.sha)
  assert.equal(bare.git('show', 'main:a.service'), 'a1')
  assert.deepEqual(await repository.uncommitted(), [])
  assert.equal(existsSync(join(bare.path, 'index')), false)
  assert.equal(existsSync(join(bare.path, 'logs')), false)
})

test('the linked work tree that has the branch follows, the main one stays on its own', async (t) => {
  const sandbox = GitSandbox.make(t)
  const one = sandbox.commit('one', { 'a.service': 'a1' })
  sandbox.commit('two', { 'a.service': 'a2' })
  const linked = GitSandbox.at(join(sandbox.path, '../linked'))
  sandbox.git('checkout', '-q', '-b', 'other')
  sandbox.git('worktree', 'add', '-q', linked.path, 'main')
  for (const path of [linked.path, sandbox.path]) {
    const repository = await openRepository({ path, branch: 'main' })
    await repository.commitTreeOf(
      sandbox.git('rev-parse', path === linked.path ? one : 'main~1'),
      message,
      author,
    )
    assert.equal(linked.git('status', '--porcelain'), '')
    assert.equal(readFileSync(join(linked.path, 'a.service'), 'utf8'), linked.git('show', 'main:a.service'))
    assert.equal(sandbox.git('status', '--porcelain'), '')
    assert.equal(readFileSync(join(sandbox.path, 'a.service'), 'utf8'), 'a2')
  }
})

test('nothing uncommitted is ever overwritten: the rollback is refused, says which files, and changes nothing', async (t) => {
  const sandbox = GitSandbox.make(t)
  const one = sandbox.commit('one', {
    'a.service': 'a1',
    'old.service': 'o',
    'same.service': 's',
    'd/x': '1',
  })
  const two = sandbox.commit('two', { 'a.service': 'a2', 'old.service': undefined, 'd/x': undefined })
  const repository = await openRepository({ path: sandbox.path })
  const path = (name: string): string => join(sandbox.path, name)
  const restore = (): void => {
    sandbox.git('reset', '-q', '--hard', two)
    sandbox.git('clean', '-q', '-f', '-d', '-x')
  }
  const dirt: readonly (readonly [string, () => void])[] = [
    ['a.service', () => writeFileSync(path('a.service'), 'mine')],
    ['a.service', () => writeFileSync(path('a.service'), 'a3')],
    ['a.service', () => rmSync(path('a.service'))],
    ['a.service', () => chmodSync(path('a.service'), 0o755)],
    [
      'a.service',
      () => {
        writeFileSync(path('a.service'), 'staged')
        sandbox.git('add', 'a.service')
        writeFileSync(path('a.service'), 'a2')
      },
    ],
    ['a.service', () => void sandbox.git('rm', '-q', '--cached', 'a.service')],
    ['old.service', () => writeFileSync(path('old.service'), 'untracked')],
    [
      'old.service',
      () => {
        writeFileSync(path('old.service'), 'added')
        sandbox.git('add', 'old.service')
      },
    ],
    ['d/x', () => writeFileSync(path('d'), 'a file where a directory was')],
    ['d/x', () => symlinkSync('/tmp', path('d'))],
  ]
  for (const [name, spoil] of dirt) {
    restore()
    spoil()
    const before = [
      sandbox.git('status', '--porcelain'),
      sandbox.git('diff'),
      sandbox.git('diff', '--cached'),
    ]
    await assert.rejects(
      repository.commitTreeOf(one, message, author),
      (error: Error & { code: string; data: { paths: string[] } }) => {
        assert.equal(error.code, 'git/dirty-work-tree')
        assert.deepEqual(error.data.paths, [name], String(spoil))
        return true
      },
    )
    assert.deepEqual(
      [sandbox.git('status', '--porcelain'), sandbox.git('diff'), sandbox.git('diff', '--cached')],
      before,
    )
    assert.equal(sandbox.git('rev-parse', 'HEAD'), two)
    assert.deepEqual(
      readdirSync(sandbox.path).filter((each) => each.startsWith('.gitproc')),
      [],
    )
  }
  restore()
  writeFileSync(path('same.service'), 'an edit of a file that the rollback does not touch stays')
  mkdirSync(path('old.service/empty'), { recursive: true })
  const later = new Date(1_900_000_000_000)
  utimesSync(path('a.service'), later, later)
  await repository.commitTreeOf(one, message, author)
  assert.equal(sandbox.git('status', '--porcelain'), 'M same.service')
})

test('a directory whose files all go gives way to a file, and the other way round', async (t) => {
  const sandbox = GitSandbox.make(t)
  const one = sandbox.commit('one', { 'x.service': 'a file' })
  sandbox.remove('x.service')
  const two = sandbox.commit('two', { 'x.service/y/z': 'below' })
  const repository = await openRepository({ path: sandbox.path })
  await repository.commitTreeOf(one, message, author)
  assert.equal(sandbox.git('status', '--porcelain'), '')
  await repository.commitTreeOf(two, message, author)
  assert.equal(sandbox.git('status', '--porcelain'), '')
  sandbox.write('x.service/untracked', 'mine')
  await assert.rejects(repository.commitTreeOf(one, message, author), { code: 'git/dirty-work-tree' })
})

test('a merge that is under way, or a git command at work, is left alone', async (t) => {
  const sandbox = GitSandbox.make(t)
  const one = sandbox.commit('one', { 'a.service': 'a1' })
  sandbox.commit('two', { 'a.service': 'a2' })
  const repository = await openRepository({ path: sandbox.path })
  const mark = join(sandbox.path, '.git/MERGE_HEAD')
  writeFileSync(mark, `${one}\n`)
  await assert.rejects(repository.commitTreeOf(one, message, author), {
    code: 'git/dirty-work-tree',
    message: /not finished/,
  })
  rmSync(mark)
  for (const name of ['index.lock', 'refs/heads/main.lock']) {
    const lock = join(sandbox.path, '.git', name)
    writeFileSync(lock, '')
    await assert.rejects(repository.commitTreeOf(one, message, author), {
      code: 'git/moved',
      retry: 'now',
      remedy: /\.lock/,
    })
    assert.ok(existsSync(lock), 'the lock of another is not ours to take away')
    rmSync(lock)
    assert.equal(sandbox.git('status', '--porcelain'), '')
  }
})

test('commits made at the same moment by git are never lost', async (t) => {
  const sandbox = GitSandbox.make(t)
  const one = sandbox.commit('one', { 'a.service': 'a1' })
  const two = sandbox.commit('two', { 'a.service': 'a2' })
  const bare = GitSandbox.at(join(sandbox.path, '../bare.git'))
  sandbox.git('clone', '-q', '--bare', sandbox.path, bare.path)
  const repository = await openRepository({ path: bare.path })
  // A plumbing commit on the present tip, refused by git itself when the tip has moved meanwhile.
  const script = `
    made=0
    while [ $made -lt 25 ]; do
      old=$(git rev-parse refs/heads/main)
      new=$(git commit-tree "$old^{tree}" -p "$old" -m "by git")
      git update-ref refs/heads/main "$new" "$old" 2>/dev/null && echo "$new" && made=$((made + 1))
    done`
  const env = {
    ...process.env,
    GIT_AUTHOR_NAME: 'g',
    GIT_AUTHOR_EMAIL: 'g',
    GIT_COMMITTER_NAME: 'g',
    GIT_COMMITTER_EMAIL: 'g',
  }
  const child = spawn('sh', ['-c', script], { cwd: bare.path, env, stdio: ['ignore', 'pipe', 'inherit'] })
  let output = ''
  child.stdout.on('data', (chunk) => {
    output += chunk
  })
  const ended = once(child, 'exit')
  const made: string[] = []
  for (let count = 0; child.exitCode === null; count++) {
    const outcome = await repository
      .commitTreeOf(count % 2 === 0 ? one : two, 'by gitproc', author)
      .catch((error) => error.code)
    if (typeof outcome === 'object') made.push(outcome.sha)
    else assert.ok(['git/moved', 'plan/nothing'].includes(outcome), outcome)
    // As often as git gets through, so that neither side only loses.
    await Promise.race([once(child.stdout, 'data'), ended])
  }
  await ended
  const history = new Set(bare.git('rev-list', 'main').split('\n'))
  const byGit = output.trim().split('\n')
  assert.equal(byGit.length, 25)
  for (const sha of [...byGit, ...made]) assert.ok(history.has(sha), `${sha} is lost`)
  assert.equal(history.size, 2 + byGit.length + made.length)
  assert.ok(made.length > 0)
})

test('an index of any version, and a sparse file, stay what they are to git', async (t) => {
  const sandbox = GitSandbox.make(t)
  const one = sandbox.commit('one', { 'a.service': 'a1', 'sparse.service': 's1', 'ü.service': 'u' })
  sandbox.commit('two', { 'a.service': 'a2', 'sparse.service': 's2', 'dir/new.service': 'n' })
  const repository = await openRepository({ path: sandbox.path })
  sandbox.git('update-index', '--index-version', '4')
  sandbox.git('update-index', '--skip-worktree', 'sparse.service')
  rmSync(join(sandbox.path, 'sparse.service'))
  assert.deepEqual(await repository.uncommitted(), [])
  await repository.commitTreeOf(one, message, author)
  assert.equal(sandbox.git('status', '--porcelain'), '')
  assert.equal(existsSync(join(sandbox.path, 'sparse.service')), false)
  assert.match(sandbox.git('ls-files', '-v', 'sparse.service'), /^S /)
  sandbox.git('update-index', '--split-index')
  await assert.rejects(repository.commitTreeOf(sandbox.git('rev-parse', 'HEAD~1'), message, author), {
    code: 'git/unsupported',
    remedy: /no-split-index/,
  })
})

test('files and objects that root makes belong to the owner of the repository', async (t) => {
  if (process.getuid?.() !== 0) return t.skip('only root can give files away')
  const sandbox = GitSandbox.make(t)
  const one = sandbox.commit('one', { 'a.service': 'a1', 'd/b.service': 'b1' })
  sandbox.commit('two', { 'a.service': 'a2', 'd/b.service': undefined })
  chmodSync(join(sandbox.path, 'a.service'), 0o640)
  execFileSync('chown', ['-R', '12345:12346', sandbox.path])
  chownSync(join(sandbox.path, 'a.service'), 12347, 12346)
  const repository = await openRepository({ path: sandbox.path })
  await repository.commitTreeOf(one, message, author)
  const wrong = execFileSync('find', [sandbox.path, '!', '-uid', '12345']).toString().trim().split('\n')
  assert.deepEqual(wrong, [join(sandbox.path, 'a.service')])
  const { uid, mode } = statSync(join(sandbox.path, 'a.service'))
  assert.deepEqual([uid, mode & 0o777], [12347, 0o640])
  assert.equal(statSync(join(sandbox.path, 'd/b.service')).uid, 12345)
})

test('uncommitted names what differs in the watched folder, and nothing that git ignores or gitproc would not read', async (t) => {
  const sandbox = GitSandbox.make(t)
  sandbox.commit('one', {
    'conf/a.service': 'a',
    'conf/b.service': 'b',
    'conf/c.service': 'c',
    'conf/d.service': 'd',
    'conf/a.service.d/x.conf': 'x',
    'conf/.gitignore': 'ignored.service\n',
    'outside.service': 'o',
    'conf/notes.md': 'n',
    'conf/deep/f': 'f',
  })
  const repository = await openRepository({ path: sandbox.path, folder: 'conf' })
  assert.deepEqual(await repository.uncommitted(), [])
  sandbox.write('conf/a.service', 'A')
  sandbox.git('rm', '-q', '--cached', 'conf/b.service')
  sandbox.remove('conf/c.service')
  chmodSync(join(sandbox.path, 'conf/d.service'), 0o755)
  sandbox.write('conf/a.service.d/y.conf', 'y')
  for (const name of ['new.service', 'ignored.service', 'README.md', 'deep/g.service'])
    sandbox.write(`conf/${name}`, 'n')
  sandbox.write('outside.service', 'O')
  assert.deepEqual(await repository.uncommitted(), [
    'a.service',
    'a.service.d/y.conf',
    'b.service',
    'c.service',
    'd.service',
    'new.service',
  ])
  sandbox.git('checkout', '-q', '-f', '-b', 'other')
  assert.deepEqual(await repository.uncommitted(), [], 'another branch is checked out')
})

test('an edit in the same instant as the commit, of the same size, is noticed', async (t) => {
  const sandbox = GitSandbox.make(t)
  sandbox.commit('one', { 'a.service': 'a1' })
  const repository = await openRepository({ path: sandbox.path })
  for (let round = 0; round < 20; round++) {
    sandbox.write('a.service', `b${round % 10}`)
    sandbox.git('add', 'a.service')
    sandbox.git('commit', '-q', '--allow-empty', '-m', 'x')
    sandbox.write('a.service', `c${round % 10}`)
    assert.deepEqual(await repository.uncommitted(), ['a.service'])
  }
})
