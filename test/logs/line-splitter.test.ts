import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { LineSplitter } from '../../src/logs/line-splitter.ts'
import type { RawLine } from '../../src/logs/raw-line.ts'
import { ReverseSplitter } from '../../src/logs/reverse-splitter.ts'
import type { Piece } from '../../src/logs/stream-bytes.ts'

const unlimited = { maxBytes: 1 << 20 }
const start = 1000

/** A text of few different bytes, so that line breaks and repeated text are frequent, and where to cut it. */
const cutText = fc
  .tuple(
    fc.array(fc.constantFrom('a', 'b', 'needle', '\n', 'é', ''), { maxLength: 60 }),
    fc.array(fc.nat(80)),
  )
  .map(([words, cuts]) => ({ bytes: Buffer.from(words.join('')), cuts }))

const piecesOf = (bytes: Buffer, cuts: readonly number[]): Piece[] => {
  const borders = [0, ...cuts.filter((cut) => cut < bytes.length).sort((a, b) => a - b), bytes.length]
  return borders
    .slice(1)
    .map((to, i) => ({ offset: start + borders[i]!, bytes: bytes.subarray(borders[i], to) }))
    .filter((piece) => piece.bytes.length > 0)
}

const forward = (
  pieces: readonly Piece[],
  limits: ConstructorParameters<typeof LineSplitter>[0],
): RawLine[] => {
  const splitter = new LineSplitter(limits)
  return [...pieces.flatMap((piece) => splitter.push(piece)), ...splitter.flush()]
}

const backward = (
  pieces: readonly Piece[],
  end: number,
  limits: ConstructorParameters<typeof LineSplitter>[0],
): RawLine[] => {
  const splitter = new ReverseSplitter(end, limits)
  return [...pieces.toReversed().flatMap((piece) => splitter.push(piece)), ...splitter.flush()]
}

const written = (line: RawLine): string => line.bytes.toString('latin1') + (line.hasLineBreak ? '\n' : '')

const plain = (lines: readonly RawLine[]): unknown[] =>
  lines.map((line) => ({ ...line, bytes: line.bytes.toString('latin1') }))

test('lines are the same wherever reads happen to end, and together they are what was written', () => {
  fc.assert(
    fc.property(cutText, ({ bytes, cuts }) => {
      const lines = forward(piecesOf(bytes, cuts), unlimited)
      assert.equal(lines.map(written).join(''), bytes.toString('latin1'))
      assert.deepEqual(plain(lines), plain(forward(piecesOf(bytes, []), unlimited)))
      assert.ok(lines.slice(0, -1).every((line) => line.hasLineBreak))
    }),
  )
})

test('read backwards, the lines are those read forwards in reverse', () => {
  fc.assert(
    fc.property(cutText, fc.integer({ min: 1, max: 8 }), ({ bytes, cuts }, maxBytes) => {
      const pieces = piecesOf(bytes, cuts)
      for (const limits of [unlimited, { maxBytes }]) {
        const reversed = backward(pieces, start + bytes.length, limits).reverse()
        assert.deepEqual(plain(reversed), plain(forward(pieces, limits)))
      }
    }),
  )
})

test('looking for a text first finds the same lines as looking at each line', () => {
  fc.assert(
    fc.property(cutText, ({ bytes, cuts }) => {
      const literal = Buffer.from('needle')
      const pieces = piecesOf(bytes, cuts)
      const wanted = plain(forward(pieces, unlimited).filter((line) => line.bytes.includes(literal)))
      assert.deepEqual(plain(forward(pieces, { ...unlimited, literal })), wanted)
      assert.deepEqual(
        plain(backward(pieces, start + bytes.length, { ...unlimited, literal }).reverse()),
        wanted,
      )
    }),
  )
})

test('a search keeps nothing of what it was given, so that one block serves for all of a file', () => {
  fc.assert(
    fc.property(cutText, ({ bytes, cuts }) => {
      const limits = { ...unlimited, literal: Buffer.from('needle') }
      const wanted = plain(forward(piecesOf(bytes, cuts), limits))
      const splitter = new LineSplitter(limits)
      const lines = piecesOf(bytes, cuts).flatMap((piece) => {
        const block = Buffer.from(piece.bytes)
        const found = splitter.push({ offset: piece.offset, bytes: block })
        block.fill(0)
        return found
      })
      assert.deepEqual(plain([...lines, ...splitter.flush()]), wanted)
    }),
  )
})

test('of a very long line the beginning is kept and the rest is counted', () => {
  fc.assert(
    fc.property(cutText, fc.integer({ min: 1, max: 8 }), ({ bytes, cuts }, maxBytes) => {
      for (const line of forward(piecesOf(bytes, cuts), { maxBytes })) {
        const whole = bytes.subarray(line.offset - start, line.end - start - (line.hasLineBreak ? 1 : 0))
        assert.deepEqual(line.bytes, whole.subarray(0, maxBytes))
        assert.equal(line.omittedBytes, Math.max(0, whole.length - maxBytes))
      }
    }),
  )
})

test('a gap in what is kept ends the line before it', () => {
  const splitter = new LineSplitter(unlimited)
  splitter.push({ offset: 0, bytes: Buffer.from('begun') })
  const lines = splitter.push({ offset: 4096, bytes: Buffer.from('rest\n') })
  assert.deepEqual(lines.map(written), ['begun', 'rest\n'])
})
