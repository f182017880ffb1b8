import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { requiredLiteral } from '../../src/logs/grep-literal.ts'

const literal = (pattern: RegExp): string | undefined => requiredLiteral(pattern)?.toString()

test('the longest text that must be there is found in a pattern', () => {
  assert.equal(literal(/SMTP_URL missing/), 'SMTP_URL missing')
  assert.equal(literal(/^took \d+ms in \[db\]$/), 'ms in [db]')
  assert.equal(literal(/abc?def/), 'def')
  assert.equal(literal(/\d{3}ab{0,2}xyz/), 'xyz')
})

test('where nothing must be there, nothing is', () => {
  for (const pattern of [/a|b/, /(foo)?/, /foo/i, /[abc]d?/, /\bx\b/, /é/u, /\x41\u0042/, /./])
    assert.equal(literal(pattern), undefined, String(pattern))
})

test('every match of a pattern contains its required text', () => {
  const atom = fc.constantFrom(
    'a',
    'b',
    'ab',
    '.',
    '\\d',
    '\\.',
    '[ab]',
    '[^a]',
    '\\[',
    '^',
    '$',
    '\\b',
    '\\x61',
    ' ',
  )
  const count = fc.constantFrom('', '', '', '*', '+', '?', '{0}', '{2}', '{0,1}', '+?')
  const source = fc.array(
    fc.tuple(atom, count).map((parts) => parts.join('')),
    { maxLength: 6 },
  )
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '1', '.', '[', ' '), maxLength: 12 })
  fc.assert(
    fc.property(source, text, (parts, line) => {
      const pattern = compiled(parts.join(''))
      fc.pre(pattern !== undefined)
      const required = literal(pattern)
      if (required !== undefined && pattern.test(line)) assert.ok(line.includes(required))
    }),
    { numRuns: 3000 },
  )
})

const compiled = (source: string): RegExp | undefined => {
  try {
    return new RegExp(source)
  } catch {
    return undefined
  }
}
