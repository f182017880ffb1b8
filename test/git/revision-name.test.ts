import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseRevisionName } from '../../src/git/revision-name.ts'

const ancestor = (count: number) => ({ kind: 'ancestor', count })
const parent = (number: number) => ({ kind: 'parent', number })

test('revisions are read as git reads them', () => {
  const cases: readonly [string, string, readonly unknown[]][] = [
    ['HEAD', 'HEAD', []],
    ['@', 'HEAD', []],
    ['HEAD~1', 'HEAD', [ancestor(1)]],
    ['HEAD~', 'HEAD', [ancestor(1)]],
    ['HEAD~~', 'HEAD', [ancestor(1), ancestor(1)]],
    ['@~3^2', 'HEAD', [ancestor(3), parent(2)]],
    ['main^', 'main', [parent(1)]],
    ['v1.0^{}', 'v1.0', []],
    ['v1.0^{commit}~2', 'v1.0', [ancestor(2)]],
    ['feature/x@{2}', 'feature/x', [{ kind: 'reflog', index: 2 }]],
    ['@{1}', 'HEAD', [{ kind: 'reflog', index: 1 }]],
    [' 4f2c91a ', '4f2c91a', []],
    ['me@home', 'me@home', []],
  ]
  for (const [text, base, steps] of cases) assert.deepEqual(parseRevisionName(text), { base, steps }, text)
})

test('what gitproc does not understand is refused with what it does', () => {
  for (const text of [
    '',
    '  ',
    ':/fix',
    'HEAD:web.service',
    'a..b',
    'HEAD^{tree}',
    '@{yesterday}',
    'HEAD~x',
    '--all',
    'a b',
    'HEAD@{1',
  ]) {
    assert.throws(() => parseRevisionName(text), { code: 'git/bad-revision', remedy: /HEAD~2/ }, text)
  }
})
