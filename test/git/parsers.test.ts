import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseCommit, serializeCommit } from '../../src/git/commit.ts'
import { parseGitConfig } from '../../src/git/config-file.ts'
import { type IndexEntry, parseIndex, serializeIndex } from '../../src/git/index-file.ts'
import { applyDelta } from '../../src/git/pack/delta.ts'
import { isRefName } from '../../src/git/refs.ts'

test('the configuration of a repository is read with sections, quotes, escapes and comments', () => {
  const text =
    '[core]\n\tbare = true ; said so\n\thooksPath = "a # b\\\\c" # no\n[remote "Origin"]\n url = x\\\n y\n[Core] fileMode\n'
  assert.deepEqual(
    [...parseGitConfig(text)],
    [
      ['core.bare', 'true'],
      ['core.hookspath', 'a # b\\c'],
      ['remote.Origin.url', 'x y'],
      ['core.filemode', 'true'],
    ],
  )
})

test('names that leave the directory of refs, or that git would not take, are no refs', () => {
  for (const name of ['main', 'feature/x', 'v1.0', 'a@b', 'ü']) assert.ok(isRefName(name), name)
  for (const name of [
    '',
    '..',
    'a/../b',
    '/a',
    'a/',
    'a//b',
    '.a',
    'a/.b',
    'a.lock',
    'a b',
    'a~1',
    'a^',
    'a:b',
    'a*',
    'a\\b',
    '@',
    'a@{',
    'a.',
  ]) {
    assert.ok(!isRefName(name), name)
  }
})

test('a commit written is the commit read, and a name cannot break out of its line', () => {
  const tree = '1'.repeat(40)
  const author = { name: 'E <vil>\nparent 1', email: 'a@b\n' }
  const bytes = serializeCommit({
    tree,
    parents: ['2'.repeat(40)],
    author,
    message: '\nsubject\n\nbody',
    atMs: 1_700_000_000_999,
  })
  const commit = parseCommit('3'.repeat(40), bytes)
  assert.deepEqual(commit, {
    oid: '3'.repeat(40),
    tree,
    parents: ['2'.repeat(40)],
    author: 'E vilparent 1',
    subject: 'subject',
    committedAtMs: 1_700_000_000_000,
  })
})

test('an old commit in Latin-1 is read in Latin-1', () => {
  const text = `tree ${'1'.repeat(40)}\nauthor J\xfcrgen <j> 1 +0000\ncommitter J <j> 1 +0000\nencoding ISO-8859-1\n\ngr\xfcn`
  const commit = parseCommit('3'.repeat(40), Buffer.from(text, 'latin1'))
  assert.deepEqual([commit.author, commit.subject], ['Jürgen', 'grün'])
})

test('a damaged delta is refused, never read past its end', () => {
  const base = Buffer.from('0123456789')
  const good = Buffer.from([10, 5, 0x90, 3, 2, 0x61, 0x62])
  assert.equal(applyDelta(base, good).toString(), '012ab')
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 12 }), (bytes) => {
      try {
        applyDelta(base, Buffer.from([10, 5, ...bytes]))
      } catch (error) {
        assert.ok(error instanceof RangeError)
      }
    }),
  )
  for (let length = 0; length < good.length; length++)
    assert.throws(() => applyDelta(base, good.subarray(0, length)), RangeError)
})

test('an index written is the index read, flags and conflicts included', () => {
  const entry: fc.Arbitrary<IndexEntry> = fc.record({
    path: fc.string({ minLength: 1, maxLength: 20, unit: fc.constantFrom('a', 'b', '/', '\xe9', '.') }),
    mode: fc.constantFrom(0o100644, 0o100755, 0o120000),
    oid: fc.constant('ab'.repeat(20)),
    stage: fc.constantFrom(0, 0, 1, 2, 3),
    assumeValid: fc.boolean(),
    skipWorktree: fc.boolean(),
    intentToAdd: fc.boolean(),
    stat: fc.uint8Array({ minLength: 40, maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
  })
  fc.assert(
    fc.property(
      fc.uniqueArray(entry, { selector: (each) => `${each.path} ${each.stage}`, maxLength: 6 }),
      (entries) => {
        const read = parseIndex(serializeIndex(entries))
        const key = (each: IndexEntry): string => `${each.path}\0${each.stage}`
        const expected = [...entries].sort((left, right) => (key(left) < key(right) ? -1 : 1))
        assert.deepEqual(
          read.map(({ stat, ...rest }) => rest),
          expected.map(({ stat, ...rest }) => rest),
        )
      },
    ),
  )
})
