import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join, resolve } from 'node:path'
import { test } from 'node:test'
import type { FileTree } from '../../src/base/file-tree.ts'
import { openRepository } from '../../src/git/open-repository.ts'
import { GitSandbox, unitText } from '../support/git-sandbox.ts'

const textOf = (tree: FileTree, path: string): string | undefined => {
  const entry = tree.get(path)
  return entry?.kind === 'file' ? Buffer.from(entry.bytes).toString() : entry?.target
}

test('the files of a commit are the committed ones: units, drop-ins, links; nothing deeper, nothing uncommitted', async (t) => {
  const sandbox = GitSandbox.make(t)
  sandbox.write('web.service', unitText('web'))
  sandbox.write('run.sh', '#!/bin/sh\n')
  chmodSync(join(sandbox.path, 'run.sh'), 0o755)
  sandbox.write('web.service.d/limits.conf', '[Service]\nMemoryMax=1M\n')
  sandbox.write('web.service.d/deep/x.conf', 'x')
  sandbox.write('docs/readme.service', 'x')
  symlinkSync('web@.service', join(sandbox.path, 'web@1.service'))
  symlinkSync('/etc/passwd', join(sandbox.path, 'out.service'))
  const sha = sandbox.commit('one')
  sandbox.write('web.service', 'uncommitted')
  const repository = await openRepository({ path: sandbox.path })
  const revision = await repository.head()
  assert.deepEqual(revision, {
    sha,
    branch: 'main',
    subject: 'one',
    author: 'Ann Author',
    committedAtMs: revision.committedAtMs,
  })
  const files = await repository.files(sha)
  assert.deepEqual(
    [...files.keys()],
    ['out.service', 'run.sh', 'web.service', 'web.service.d/limits.conf', 'web@1.service'],
  )
  assert.equal(textOf(files, 'web.service'), unitText('web'))
  assert.equal(textOf(files, 'web@1.service'), 'web@.service')
  assert.deepEqual(
    [...files].map(([, entry]) => entry.kind === 'file' && entry.isExecutable),
    [false, true, false, false, false],
  )
  assert.equal(files.get('web.service')?.id, sandbox.git('rev-parse', 'HEAD:web.service'))
})

test('a revision read after another one is what it is when it is read alone, whatever differs', async (t) => {
  const sandbox = GitSandbox.make(t)
  const commits = [
    {
      'a.service': 'a',
      'b.service': 'b',
      'web.service.d/1.conf': '1',
      'web.service.d/2.conf': '2',
      'x/y.conf': '',
    },
    { 'b.service': 'other', 'web.service.d/1.conf': undefined, 'web.service.d/3.conf': '3', notes: 'n' },
    { 'web.service.d': 'a file' },
    {
      'web.service.d': undefined,
      'web.service.d/1.conf/deep': 'x',
      'a.service': undefined,
      notes: undefined,
    },
    { 'web.service.wants/b.service': 'w', '0.service': 'first', 'z.service': 'last' },
    {},
    {
      '0.service': undefined,
      'b.service': undefined,
      'web.service.wants/b.service': undefined,
      'z.service': 'b',
    },
  ].map((files, index) => {
    // A file takes its place.
    if (index === 2) rmSync(join(sandbox.path, 'web.service.d'), { recursive: true })
    return sandbox.commit(`${index}`, files)
  })
  const content = (tree: FileTree) => [...tree.keys()].sort().map((path) => [path, textOf(tree, path)])
  const repository = await openRepository({ path: sandbox.path })
  for (const sha of [
    ...commits,
    ...commits.toReversed(),
    commits[4]!,
    commits[1]!,
    commits[6]!,
    commits[0]!,
  ]) {
    const alone = await openRepository({ path: sandbox.path })
    assert.deepEqual(content(await repository.files(sha)), content(await alone.files(sha)))
    alone.close()
  }
})

test('a revision is read although the one read before it is gone from the repository', async (t) => {
  const sandbox = GitSandbox.make(t)
  const first = sandbox.commit('one', { 'a.service': unitText('a'), 'b.service.d/1.conf': '1' })
  const lost = sandbox.commit('lost', { 'a.service': unitText('lost'), 'b.service.d/1.conf': '2' })
  const repository = await openRepository({ path: sandbox.path })
  await repository.files(lost)
  sandbox.git('reset', '-q', '--hard', first)
  const third = sandbox.commit('three', { 'c.service': unitText('c') })
  sandbox.git('reflog', 'expire', '--expire=now', '--all')
  sandbox.git('gc', '-q', '--prune=now')
  assert.deepEqual([...(await repository.files(third)).keys()].sort(), [
    'a.service',
    'b.service.d/1.conf',
    'c.service',
  ])
  assert.equal(await repository.touchedSince(lost, third), undefined)
})

test('what commits in a row touched is known by name; of others, that it is not', async (t) => {
  const sandbox = GitSandbox.make(t)
  const first = sandbox.commit('one', { 'conf/a.service': '1', 'conf/b.service': '1' })
  sandbox.commit('two', { 'conf/a.service': '2', 'conf/b.service.d/x.conf': '1' })
  const third = sandbox.commit('back', { 'conf/a.service': '1', outside: '1' })
  const repository = await openRepository({ path: sandbox.path, folder: 'conf' })
  assert.deepEqual(await repository.touchedSince(first, third), new Set(['a.service', 'b.service.d']))
  assert.deepEqual(await repository.touchedSince(third, third), new Set())
  assert.equal(await repository.touchedSince(third, first), undefined)
  sandbox.git('checkout', '-q', '-b', 'side', first)
  sandbox.commit('on the side', { 'conf/c.service': '1' })
  sandbox.git('checkout', '-q', 'main')
  sandbox.git('merge', '-q', '-m', 'merge', 'side')
  assert.equal(await repository.touchedSince(third, sandbox.git('rev-parse', 'HEAD')), undefined)
})

test('what a commit did not change is the same object as before', async (t) => {
  const sandbox = GitSandbox.make(t)
  const first = sandbox.commit('one', { 'a.service': unitText('a'), 'b.service': unitText('b') })
  const second = sandbox.commit('two', { 'b.service': unitText('c') })
  const third = sandbox.commit('three', { 'docs/x': 'y' })
  const repository = await openRepository({ path: sandbox.path })
  const [one, two] = [await repository.files(first), await repository.files(second)]
  assert.equal(one.get('a.service'), two.get('a.service'))
  assert.notEqual(one.get('b.service'), two.get('b.service'))
  assert.equal(await repository.files(second), two)
  assert.equal((await repository.files(third)).get('b.service'), two.get('b.service'))
  assert.equal((await repository.files(first)).get('a.service'), one.get('a.service'))
})

test('a repository is read the same loose, packed, with deltas, bare, shared, shallow and as a linked work tree', async (t) => {
  const sandbox = GitSandbox.make(t)
  const common = Array.from({ length: 200 }, (_, line) => `# line ${line} of a long unit file\n`).join('')
  for (let version = 0; version < 30; version++)
    sandbox.commit(`v${version}`, { 'web.service': `${common}${unitText(`v${version}`)}` })
  const beside = (name: string): string => join(sandbox.path, '..', name)
  sandbox.git('worktree', 'add', '-q', '-b', 'feature/deep/x', beside('linked'))
  sandbox.git('clone', '-q', '--bare', sandbox.path, beside('bare'))
  sandbox.git('clone', '-q', '--shared', sandbox.path, beside('shared'))
  sandbox.git('clone', '-q', '--depth', '3', `file://${sandbox.path}`, beside('shallow'))
  const read = async (path: string, branch?: string): Promise<string[]> => {
    const repository = await openRepository(branch === undefined ? { path } : { path, branch })
    const head = await repository.head()
    const texts = []
    for (const name of [head.sha, 'HEAD~1', 'HEAD~2']) {
      texts.push(textOf(await repository.files((await repository.resolve(name)).sha), 'web.service') ?? '')
    }
    return texts
  }
  const loose = await read(sandbox.path)
  assert.deepEqual(
    loose,
    [29, 28, 27].map((version) => common + unitText(`v${version}`)),
  )
  sandbox.git('gc', '-q')
  assert.deepEqual(readdirSync(join(sandbox.path, '.git/objects')).sort(), ['info', 'pack'])
  assert.deepEqual(await read(sandbox.path), loose)
  assert.deepEqual(await read(join(sandbox.path, '.git')), loose)
  for (const name of ['bare', 'shared', 'shallow']) assert.deepEqual(await read(beside(name)), loose, name)
  assert.deepEqual(await read(beside('linked')), loose)
  assert.equal((await openRepository({ path: beside('linked') })).branch, 'feature/deep/x')
  assert.deepEqual(await read(beside('linked'), 'main'), loose)
  assert.equal(
    (await (await openRepository({ path: beside('shallow') })).log(sandbox.git('rev-parse', 'HEAD'), 99))
      .length,
    3,
  )
})

test('an open repository goes on through git gc, again and again', async (t) => {
  const sandbox = GitSandbox.make(t)
  sandbox.commit('one', { 'a.service': unitText('0') })
  const repository = await openRepository({ path: sandbox.path })
  for (let round = 1; round <= 4; round++) {
    const sha = sandbox.commit(`c${round}`, { 'a.service': unitText(String(round)) })
    if (round % 2 === 0) sandbox.git('gc', '-q', '--prune=now')
    assert.equal((await repository.head()).sha, sha)
    assert.equal(textOf(await repository.files(sha), 'a.service'), unitText(String(round)))
    sandbox.git('repack', '-q', '-a', '-d')
    assert.equal((await repository.log(sha, 99)).length, round + 1)
  }
})

test('a folder of a larger repository is watched alone, and its other files are read by path', async (t) => {
  const sandbox = GitSandbox.make(t)
  sandbox.commit('one', {
    'top.service': 'x',
    'deploy/host/a.service': unitText('a'),
    'deploy/host/env/a.env': 'A=1\n',
    secret: 's',
  })
  const repository = await openRepository({ path: sandbox.path, folder: 'deploy/host/' })
  const { sha } = await repository.head()
  assert.deepEqual([...(await repository.files(sha)).keys()], ['a.service'])
  assert.equal(Buffer.from((await repository.readFile(sha, 'env/a.env'))!).toString(), 'A=1\n')
  assert.equal(await repository.readFile(sha, 'env/b.env'), undefined)
  for (const path of ['../../secret', '/etc/passwd', 'env', 'env/../../../secret']) {
    await assert.rejects(repository.readFile(sha, path), { code: 'git/no-file' }, path)
  }
  const before = sandbox.commit('gone', { 'deploy/host': undefined })
  assert.equal((await repository.files(before)).size, 0)
  await assert.rejects(openRepository({ path: sandbox.path, folder: '../x' }), { code: 'git/no-file' })
})

test('names that are odd, or no UTF-8, neither crash nor hide other files', async (t) => {
  const sandbox = GitSandbox.make(t)
  const blob = sandbox.gitWith({ stdin: unitText('x') }, 'hash-object', '-w', '--stdin')
  const line = (name: Buffer): Buffer =>
    Buffer.concat([Buffer.from(`100644 blob ${blob}\t`), name, Buffer.from('\0')])
  const names = [
    'a b.service',
    'tab\t.service',
    'new\nline.service',
    '-rf.service',
    'ü.service',
    '__proto__',
    'z.service',
  ].map((name) => Buffer.from(name))
  const stdin = Buffer.concat([...names, Buffer.from('caf\xe9.service', 'latin1')].map(line))
  const tree = sandbox.gitWith({ stdin }, 'mktree', '-z')
  const sha = sandbox.git('commit-tree', tree, '-m', 'odd')
  sandbox.git('update-ref', 'refs/heads/main', sha)
  const files = await (await openRepository({ path: sandbox.path })).files(sha)
  assert.deepEqual([...files.keys()].sort(), [...names.map(String), 'caf\ufffd.service'].sort())
})

test('a submodule is refused with a sentence', async (t) => {
  const sandbox = GitSandbox.make(t)
  sandbox.commit('one', { 'a.service': unitText('a') })
  sandbox.git('update-index', '--add', '--cacheinfo', `160000,${sandbox.git('rev-parse', 'HEAD')},vendor`)
  sandbox.git('commit', '-q', '-m', 'sub')
  const repository = await openRepository({ path: sandbox.path })
  await assert.rejects(repository.files((await repository.head()).sha), {
    code: 'git/unsupported',
    message: /vendor is a submodule/,
  })
})

test('revisions are found by every name that people use', async (t) => {
  const sandbox = GitSandbox.make(t)
  const one = sandbox.commit('one', { 'a.service': '1' })
  sandbox.git('tag', 'light')
  sandbox.git('tag', '-a', 'v1.0', '-m', 'annotated')
  sandbox.git('tag', '-a', 'nested', 'v1.0', '-m', 'a tag of a tag')
  const two = sandbox.commit('two', { 'a.service': '2' })
  sandbox.git('branch', 'feature/x', one)
  sandbox.git('checkout', '-q', 'feature/x')
  const side = sandbox.commit('side', { 'b.service': '3' })
  sandbox.git('checkout', '-q', 'main')
  sandbox.git('merge', '-q', '--no-ff', '-m', 'merge', 'feature/x')
  const tip = sandbox.git('rev-parse', 'HEAD')
  const repository = await openRepository({ path: sandbox.path })
  const names: Readonly<Record<string, string>> = {
    HEAD: tip,
    '@': tip,
    main: tip,
    'refs/heads/main': tip,
    'heads/main': tip,
    [tip]: tip,
    [tip.slice(0, 7)]: tip,
    [tip.toUpperCase()]: tip,
    'HEAD~1': two,
    'HEAD^': two,
    'HEAD^1': two,
    'HEAD^2': side,
    'HEAD^2~1': one,
    'HEAD~2': one,
    'main~~': one,
    'HEAD^0': tip,
    light: one,
    'v1.0': one,
    'v1.0^{}': one,
    nested: one,
    'feature/x': side,
    'main@{0}': tip,
    'main@{1}': two,
    '@{2}': one,
    'main@{1}~1': one,
  }
  for (const packed of [false, true]) {
    // The commits of this test are old: git would forget how the branch moved.
    if (packed) sandbox.git('-c', 'gc.reflogExpire=never', 'gc', '-q')
    for (const [name, sha] of Object.entries(names))
      assert.equal((await repository.resolve(name)).sha, sha, name)
    for (const name of [
      'HEAD~9',
      'HEAD^3',
      'nope',
      'main@{99}',
      '0'.repeat(40),
      'abcd',
      'fff',
      'feature',
      '../config',
      'v2',
    ]) {
      await assert.rejects(repository.resolve(name), { code: 'git/bad-revision' }, name)
    }
  }
  await assert.rejects(repository.resolve(sandbox.git('rev-parse', 'HEAD:a.service')), {
    code: 'git/bad-revision',
  })
})

test('a short id that fits several commits is refused with the candidates', async (t) => {
  const sandbox = GitSandbox.make(t)
  const seen = new Map<string, string>()
  const tree = sandbox.gitWith({ stdin: '' }, 'mktree')
  let pair: [string, string] | undefined
  for (let number = 0; pair === undefined; number++) {
    const sha = sandbox.git('commit-tree', tree, '-m', `c${number}`)
    const other = seen.get(sha.slice(0, 4))
    if (other !== undefined) pair = [other, sha]
    seen.set(sha.slice(0, 4), sha)
  }
  sandbox.git('update-ref', 'refs/heads/main', pair[0])
  const repository = await openRepository({ path: sandbox.path })
  await assert.rejects(repository.resolve(pair[0].slice(0, 4)), (error: Error & { code: string }) => {
    assert.equal(error.code, 'git/bad-revision')
    for (const sha of pair) assert.ok(error.message.includes(sha.slice(0, 12)), error.message)
    return true
  })
  assert.equal((await repository.resolve(pair[1].slice(0, 12))).sha, pair[1])
})

test('the log of a thousand commits and of merges is that of git', async (t) => {
  const sandbox = GitSandbox.make(t)
  const lines = Array.from({ length: 1000 }, (_, number) => {
    const text = `${number}`
    return `commit refs/heads/main\ncommitter C <c> ${1_600_000_000 + number} +0000\ndata 4\nc${String(number).padStart(3, '0')}\nM 100644 inline u${number % 7}.service\ndata ${text.length}\n${text}\n`
  })
  sandbox.gitWith({ stdin: lines.join('') }, 'fast-import', '--quiet')
  sandbox.git('reset', '-q', '--hard')
  sandbox.git('checkout', '-q', '-b', 'side', 'HEAD~3')
  sandbox.commit('side one', { 's.service': '1' })
  sandbox.git('checkout', '-q', 'main')
  sandbox.commit('main one', { 'm.service': '1' })
  sandbox.git('merge', '-q', '-m', 'merge', 'side')
  const repository = await openRepository({ path: sandbox.path })
  const { sha } = await repository.head()
  const log = await repository.log(sha, 5000)
  assert.deepEqual(
    log.map((revision) => revision.sha),
    sandbox.git('log', '--format=%H').split('\n'),
  )
  assert.deepEqual(
    (await repository.log(sha, 5)).map(({ subject }) => subject),
    log.slice(0, 5).map(({ subject }) => subject),
  )
  assert.deepEqual(await repository.log(sha, 0), [])
})

test('the last change of each unit is what git log says, also after more commits, merges and removals', async (t) => {
  const sandbox = GitSandbox.make(t)
  sandbox.commit('start', { 'conf/a.service': '1', 'conf/b.service': '1' })
  const repository = await openRepository({ path: sandbox.path, folder: 'conf' })
  const check = async (): Promise<void> => {
    const { sha } = await repository.head()
    const names = [
      'a.service',
      'b.service',
      'c.service',
      'a.service.d',
      'a.service.d/x.conf',
      'never.service',
      'side.service',
    ]
    const found = await repository.lastChanges(sha, new Map(names.map((name) => [name, [name]])))
    for (const name of names) {
      assert.equal(
        found.get(name)?.sha ?? '',
        sandbox.git('log', '-1', '--format=%H', '--', `conf/${name}`),
        `${name} at ${sha}`,
      )
    }
  }
  await check()
  sandbox.commit('b', { 'conf/b.service': '2' })
  await check()
  sandbox.commit('drop-in', { 'conf/a.service.d/x.conf': '1', 'conf/a.service.d/y.conf': '1' })
  await check()
  sandbox.commit('other drop-in', { 'conf/a.service.d/y.conf': '2', outside: 'x' })
  await check()
  sandbox.git('checkout', '-q', '-b', 'side', 'HEAD~1')
  sandbox.commit('on the side', { 'conf/side.service': '1', 'conf/c.service': '1' })
  sandbox.git('checkout', '-q', 'main')
  sandbox.commit('on main', { 'conf/a.service': '2' })
  sandbox.git('merge', '-q', '-m', 'merge', 'side')
  await check()
  sandbox.commit('removed', { 'conf/a.service.d/x.conf': undefined, 'conf/c.service': undefined })
  await check()
  sandbox.git('revert', '--no-edit', 'HEAD')
  await check()
  const both = await repository.lastChanges(
    (await repository.head()).sha,
    new Map([['a', ['a.service', 'a.service.d']]]),
  )
  assert.match(both.get('a')?.subject ?? '', /^Revert/)
})

test('no repository, no commit, no branch, a detached HEAD: each in one sentence with the next step', async (t) => {
  const sandbox = GitSandbox.make(t)
  await assert.rejects(openRepository({ path: join(sandbox.path, 'nowhere') }), {
    code: 'git/no-repository',
    remedy: /gitproc init/,
  })
  await assert.rejects(openRepository({ path: sandbox.path, branch: 'a..b' }), { code: 'git/no-branch' })
  const repository = await openRepository({ path: sandbox.path })
  await assert.rejects(repository.head(), { code: 'git/no-commit', remedy: /commit/ })
  const sha = sandbox.commit('one', { 'a.service': '1' })
  assert.equal((await repository.head()).sha, sha)
  const other = await openRepository({ path: sandbox.path, branch: 'prod' })
  await assert.rejects(other.head(), { code: 'git/no-branch', message: /it has main/ })
  sandbox.git('checkout', '-q', '--detach')
  await assert.rejects(openRepository({ path: sandbox.path }), {
    code: 'git/no-branch',
    remedy: /--watch-branch/,
  })
  assert.equal((await (await openRepository({ path: sandbox.path, branch: 'main' })).head()).sha, sha)
  rmSync(sandbox.path, { recursive: true })
  await assert.rejects(repository.head(), { code: 'git/no-repository' })
})

test('a repository of a kind that cannot be read is refused by its name', async (t) => {
  const sandbox = GitSandbox.make(t, '--object-format=sha256')
  await assert.rejects(openRepository({ path: sandbox.path }), { code: 'git/unsupported', message: /sha256/ })
  const reftable = GitSandbox.make(t)
  reftable.git('config', 'extensions.refStorage', 'reftable')
  await assert.rejects(openRepository({ path: reftable.path }), {
    code: 'git/unsupported',
    message: /reftable/,
  })
})

test('damage is one error that says what and where, and is over once it is mended', async (t) => {
  const sandbox = GitSandbox.make(t)
  const sha = sandbox.commit('one', { 'a.service': unitText('a'), 'b.service': unitText('b') })
  const objectPath = (oid: string): string =>
    join(sandbox.path, '.git/objects', oid.slice(0, 2), oid.slice(2))
  const blob = objectPath(sandbox.git('rev-parse', 'HEAD:a.service'))
  const good = readFileSync(blob)
  const repository = await openRepository({ path: sandbox.path })
  const damages: readonly (readonly [string, () => void])[] = [
    ['missing', () => rmSync(blob)],
    ['empty', () => truncateSync(blob, 0)],
    ['cut short', () => truncateSync(blob, good.length - 5)],
    ['noise', () => writeFileSync(blob, Buffer.alloc(100, 0x78))],
    [
      'another object',
      () => writeFileSync(blob, readFileSync(objectPath(sandbox.git('rev-parse', 'HEAD:b.service')))),
    ],
  ]
  chmodSync(blob, 0o644)
  for (const [name, damage] of damages) {
    damage()
    await assert.rejects(
      repository.files(sha),
      { code: 'git/unreadable', message: /object [0-9a-f]{40}/, remedy: /fsck/ },
      name,
    )
    writeFileSync(blob, good)
  }
  assert.equal((await repository.files(sha)).size, 2)
  const ref = join(sandbox.path, '.git/refs/heads/main')
  for (const text of ['', sha.slice(0, 20), '\0'.repeat(41), 'ref: ../../../etc/passwd\n']) {
    writeFileSync(ref, text)
    await assert.rejects(repository.head(), { code: 'git/unreadable', message: /refs\/heads\/main/ })
  }
  writeFileSync(ref, `${sha}\n`)
  assert.equal((await repository.head()).sha, sha)
})

test('a damaged pack is an error, and a fresh one is read without opening the repository anew', async (t) => {
  const sandbox = GitSandbox.make(t)
  const sha = sandbox.commit('one', { 'a.service': unitText('a') })
  sandbox.git('gc', '-q')
  const directory = join(sandbox.path, '.git/objects/pack')
  const pack = join(directory, readdirSync(directory).find((name) => name.endsWith('.pack'))!)
  const good = readFileSync(pack)
  const repository = await openRepository({ path: sandbox.path })
  chmodSync(pack, 0o644)
  for (const length of [0, 12, 20, good.length >> 1]) {
    truncateSync(pack, length)
    await assert.rejects(repository.files(sha), { code: 'git/unreadable' }, String(length))
    writeFileSync(pack, good)
  }
  for (let at = 12; at < good.length - 20; at += 7) {
    const bad = Buffer.from(good)
    bad[at]! ^= 0xff
    writeFileSync(pack, bad)
    const fresh = await openRepository({ path: sandbox.path })
    // A flipped byte is found wherever it matters; what can be read is right.
    await fresh.files(sha).then(
      (files) => assert.equal(textOf(files, 'a.service'), unitText('a')),
      (error) => assert.equal(error.code, 'git/unreadable', String(error.stack)),
    )
    fresh.close()
  }
  writeFileSync(pack, good)
  assert.equal(textOf(await repository.files(sha), 'a.service'), unitText('a'))
  execFileSync('git', ['-C', sandbox.path, 'fsck'], { stdio: 'ignore' })
})

test('a repository that the user may not read is said to be so, not to be missing', async (t) => {
  if (process.getuid?.() !== 0) return t.skip('only root can become somebody who may not read')
  const sandbox = GitSandbox.make(t)
  sandbox.commit('one', { 'a.service': '1' })
  const outer = join(sandbox.path, '..')
  chmodSync(outer, 0o755)
  chmodSync(join(sandbox.path, '.git'), 0o700)
  // The identity changes once the modules are loaded, wherever they lie.
  const script = `
    const { openRepository } = await import(${JSON.stringify(resolve('src/git/open-repository.ts'))})
    process.setgid(65534)
    process.setuid(65534)
    await openRepository({ path: ${JSON.stringify(sandbox.path)} }).catch((error) => console.log(error.code, error.message))`
  const said = execFileSync(process.execPath, ['--input-type=module', '-e', script]).toString()
  assert.match(said, /^git\/unreadable .*\.git.* cannot be read: EACCES/)
})
