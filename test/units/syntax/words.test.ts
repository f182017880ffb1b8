import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { decodeBytes, encodeBytes } from '../../../src/base/lossless-text.ts'
import { quotedWords, splitWords } from '../../../src/units/syntax/words.ts'

test('blanks separate words, quotes join them', () => {
  assert.deepEqual(splitWords(' a  "b c" d\'e f\'g "" '), ['a', 'b c', 'de fg', ''])
})

test('C escapes work inside and outside of quotes', () => {
  assert.deepEqual(splitWords('a\\tb "\\x41\\102" \'\\u00e4\\U0001F600\' \\s'), ['a\tb', 'AB', 'ä😀', ' '])
})

test('bytes written one by one become the character they are', () => {
  assert.deepEqual(splitWords('\\xc3\\xa4'), ['ä'])
})

test('a lone byte stays a byte', () => {
  const [word] = splitWords('x\\xe9')!
  assert.deepEqual([...encodeBytes(word!)], [0x78, 0xe9])
})

test('half a surrogate pair becomes the bytes that it has in systemd', () => {
  for (const [text, bytes] of [
    ['\\ud800', [0xed, 0xa0, 0x80]],
    ['\\udc80', [0xed, 0xb2, 0x80]],
  ] as const)
    assert.deepEqual([...encodeBytes(splitWords(text)![0]!)], bytes)
})

test('an open quote or an unknown escape makes the text invalid', () => {
  for (const text of ['"a', "'a", 'a\\q', 'a\\', '\\x0', '\\000', '\\400', '\\U00110000'])
    assert.equal(splitWords(text), undefined, text)
})

test('an unknown escape can be kept as written', () => {
  assert.deepEqual(splitWords('a\\q \\xzz', { ...quotedWords, keepUnknownEscapes: true }), ['a\\q', '\\xzz'])
})

test('any word survives being quoted', () => {
  const quote = (word: string): string => `"${word.replace(/["\\]/g, '\\$&')}"`
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'grapheme' })), (words) => {
      assert.deepEqual(splitWords(words.map(quote).join(' ')), words)
    }),
  )
})

test('any bytes survive being a string', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      assert.deepEqual(encodeBytes(decodeBytes(bytes)), bytes)
    }),
  )
})
