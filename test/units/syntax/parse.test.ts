import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { loadUnits } from '../../../src/units/load.ts'
import { parseUnitFile } from '../../../src/units/syntax/parse.ts'
import { printUnitFile } from '../../../src/units/syntax/print.ts'
import type { UnitFile } from '../../../src/units/syntax/unit-file.ts'
import { someHost } from '../../support/trees.ts'

const parse = (text: string): UnitFile => parseUnitFile('web.service', text)

const pairs = (file: Pick<UnitFile, 'sections'>): unknown =>
  file.sections.map(({ name, assignments }) => [name, assignments.map(({ key, text }) => [key, text])])

const codes = (file: UnitFile): readonly string[] => file.diagnostics.map(({ code }) => code)

test('every assignment knows its file, line and column', () => {
  const file = parse('# a comment\n[Service]\n  ExecStart =   /bin/true\n')
  const [assignment] = file.sections[0]!.assignments
  assert.deepEqual(assignment, {
    key: 'ExecStart',
    text: '/bin/true',
    keyPosition: { file: 'web.service', line: 3, column: 3 },
    position: { file: 'web.service', line: 3, column: 17 },
  })
})

test('a line that ends in a backslash goes on in the next one, with a space between', () => {
  const file = parse('[Service]\nExecStart=/bin/echo a\\\nb \\\n# not a line\n; nor this\n  c\nType=simple\n')
  assert.deepEqual(pairs(file), [
    [
      'Service',
      [
        ['ExecStart', '/bin/echo a b    c'],
        ['Type', 'simple'],
      ],
    ],
  ])
  assert.equal(file.sections[0]!.assignments[1]!.position.line, 7)
})

test('a value that begins on a continuation line is found there', () => {
  const [assignment] = parse('[Service]\nExecStart=\\\n  /bin/true\n').sections[0]!.assignments
  assert.deepEqual(assignment!.position, { file: 'web.service', line: 3, column: 3 })
})

test('an escaped backslash at the end of a line does not continue it', () => {
  assert.deepEqual(pairs(parse('[S]\nA=x\\\\\nB=y\n')), [
    [
      'S',
      [
        ['A', 'x\\\\'],
        ['B', 'y'],
      ],
    ],
  ])
})

test('a file that ends inside a continuation keeps what it has', () => {
  assert.deepEqual(pairs(parse('[S]\nA=x \\')), [['S', [['A', 'x']]]])
})

test('lines may end as Unix, Windows, old Mac or a NUL would have it', () => {
  const wanted = [
    [
      'S',
      [
        ['A', '1'],
        ['B', '2'],
      ],
    ],
  ]
  for (const end of ['\n', '\r\n', '\r', '\0', '\n\r'])
    assert.deepEqual(pairs(parse(`[S]${end}A=1${end}B=2${end}`)), wanted, JSON.stringify(end))
})

test('a byte order mark is no part of the first line', () => {
  assert.deepEqual(pairs(parse('\ufeff[S]\nA=1\n')), [['S', [['A', '1']]]])
})

test('what means nothing is reported with its place, and ignored', () => {
  const file = parse('A=1\n[S]\nnoequals\n=x\nB=2\n')
  assert.deepEqual(codes(file), ['no-section', 'no-equals', 'no-key'])
  assert.deepEqual(
    file.diagnostics.map(({ position }) => position.line),
    [1, 3, 4],
  )
  assert.deepEqual(pairs(file), [['S', [['B', '2']]]])
  assert.equal(file.brokenAtLine, undefined)
})

test('a broken section header breaks the file there', () => {
  const file = parse('[S]\nA=1\n[Serv\nB=2\n')
  assert.deepEqual(codes(file), ['bad-section'])
  assert.equal(file.brokenAtLine, 3)
})

test('a line that is not UTF-8 breaks the file, one in a comment does not', () => {
  const bytes = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0))
  const broken = parseUnitFile('web.service', bytes('[S]\nA=x\xffy\n'))
  assert.deepEqual(
    broken.diagnostics.map(({ code, position }) => [code, position.line, position.column]),
    [['not-utf8', 2, 4]],
  )
  assert.equal(parseUnitFile('web.service', bytes('[S]\n# \xff\nA=x\n')).brokenAtLine, undefined)
})

test('a line of 1 MiB breaks the file, one byte less does not', () => {
  const file = (length: number): UnitFile => parse(`[S]\n${'A='.padEnd(length, 'x')}\n`)
  assert.equal(file(1024 * 1024).brokenAtLine, 2)
  assert.equal(file(1024 * 1024 - 1).brokenAtLine, undefined)
  assert.equal(file(1024 * 1024 - 1).sections[0]!.assignments.length, 1)
})

test('printing what was parsed and parsing it again gives the same', () => {
  const piece = fc.constantFrom(
    '[',
    ']',
    'Unit',
    'A',
    '=',
    '\\',
    '\n',
    '\r\n',
    ' ',
    '\t',
    '#',
    ';',
    '"',
    '%',
    'ä',
    '\0',
    '\ufeff',
  )
  const unitText = fc
    .array(fc.oneof(piece, fc.string({ maxLength: 3 })), { maxLength: 60 })
    .map((parts) => parts.join(''))
  fc.assert(
    fc.property(unitText, (text) => {
      const once = parse(`[S]\n${text}`)
      assert.deepEqual(pairs(parse(printUnitFile(once))), pairs(once))
    }),
    { numRuns: 2_000 },
  )
})

test('any bytes give a result, with at most two hundred findings', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
      const file = parseUnitFile('x.service', bytes)
      assert.ok(file.diagnostics.length <= 200)
    }),
    { numRuns: 1_000 },
  )
})

const size = 10 * 1024 * 1024

const garbage: Readonly<Record<string, () => Uint8Array>> = {
  'random bytes': () => randomBytes(size),
  'backslashes and line ends': () => Buffer.alloc(size, '\\\n'),
  'opened brackets': () => Buffer.alloc(size, '[[\n'),
  'bytes that begin a character': () => Buffer.alloc(size, 0xe3),
  'unknown directives': () =>
    Buffer.concat([
      Buffer.from('[Service]\n'),
      Buffer.alloc(size, 'SomeDirective=and a value of some length\n'),
    ]),
  'one line': () => Buffer.alloc(size, ' \\'),
}

for (const [name, make] of Object.entries(garbage))
  test(`10 MB of ${name} take less than a second of computing`, () => {
    const bytes = make()
    const before = process.cpuUsage()
    loadUnits(new Map([['x.service', { kind: 'file', id: '', bytes, isExecutable: false }]]), someHost)
    const { user, system } = process.cpuUsage(before)
    assert.ok(user + system < 1_000_000, `${(user + system) / 1000} ms`)
  })

test('a file of 10,000 settings is read, one with more is refused at the first too many', () => {
  const settings = (count: number) => `[Service]\n${'Environment=A=1\n'.repeat(count)}`
  assert.deepEqual(parseUnitFile('x.service', settings(10_000)).diagnostics, [])
  const { diagnostics, brokenAtLine } = parseUnitFile('x.service', settings(200_000))
  assert.equal(brokenAtLine, 10_002)
  assert.deepEqual(
    diagnostics.map(({ severity, message }) => [severity, message]),
    [['error', 'the file has more than 10000 settings']],
  )
})
