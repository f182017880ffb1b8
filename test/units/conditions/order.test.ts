import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { matchesGlob } from '../../../src/units/conditions/glob.ts'
import { compareVersions } from '../../../src/units/conditions/order.ts'

test('versions are ordered from pre-release to patched release', () => {
  const ascending = ['1~rc1', '1', '1-1', '1^post', '1.a', '1.0', '1.1', '1.9', '1.10', '2']
  for (const [at, version] of ascending.entries())
    for (const later of ascending.slice(at + 1))
      assert.ok(compareVersions(version, later) < 0, `${version} < ${later}`)
})

test('leading zeros and foreign characters make no version newer', () => {
  assert.equal(compareVersions('1.02', '1.2'), 0)
  assert.equal(compareVersions('1_2', '1+2'), 0)
})

test('turning a comparison round turns its answer round', () => {
  const version = fc.stringMatching(/^[0-9a-c~^.+-]{0,8}$/)
  fc.assert(
    fc.property(version, version, (a, b) => {
      assert.equal(Math.sign(compareVersions(a, b)), -Math.sign(compareVersions(b, a)) || 0)
    }),
  )
})

test('patterns match whole texts', () => {
  for (const [pattern, text] of [
    ['*', ''],
    ['w?b*', 'web1'],
    ['[a-c]x', 'bx'],
    ['[!a-c]x', 'dx'],
    ['a\\*', 'a*'],
    ['[]]', ']'],
    ['[', '['],
  ])
    assert.ok(matchesGlob(pattern!, text!), `${pattern} ~ ${text}`)
  for (const [pattern, text] of [
    ['web', 'web1'],
    ['[!a-c]x', 'bx'],
    ['a\\*', 'ab'],
    ['a.c', 'abc'],
  ])
    assert.ok(!matchesGlob(pattern!, text!), `${pattern} !~ ${text}`)
  assert.ok(matchesGlob('WEB*', 'web1', true))
})

test('no pattern makes matching fail with an exception', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (pattern, text) => typeof matchesGlob(pattern, text) === 'boolean'),
  )
})
