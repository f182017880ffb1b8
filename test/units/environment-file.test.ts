import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseEnvironmentFile } from '../../src/units/environment-file.ts'

const variables = (text: string): unknown => Object.fromEntries(parseEnvironmentFile(text)!.variables)

test('quotes group, and only at the beginning of a value', () => {
  assert.deepEqual(variables('A="x y"\nB=\'x y\'\nC=x y\nD="a"\'b\'c\nE=a"b c"d\n'), {
    A: 'x y',
    B: 'x y',
    C: 'x y',
    D: 'abc',
    E: 'a"b c"d',
  })
})

test('blanks around names and values go, escaped ones stay', () => {
  assert.deepEqual(variables(' A = x \nB=a\\ \nC="x "  \n'), { A: 'x', B: 'a ', C: 'x ' })
})

test('a backslash takes the next character, in double quotes only where a shell would', () => {
  assert.deepEqual(variables('A=a\\nb\nB="a\\nb\\$c"\nC=\'a\\nb\'\nD=one\\\ntwo\nE="one\\\ntwo"\n'), {
    A: 'anb',
    B: 'a\\nb$c',
    C: 'a\\nb',
    D: 'onetwo',
    E: 'onetwo',
  })
})

test('comments and lines without "=" are no variables', () => {
  assert.deepEqual(variables('# A=1\n; B=1\n  # C=1\nD\nE=1 # no comment\n# x \\\nF=swallowed\nG=2'), {
    E: '1 # no comment',
    G: '2',
  })
})

test('a quote left open takes the rest of the file', () => {
  assert.deepEqual(variables('A="x\nB=2\n'), { A: 'x\nB=2\n' })
})

test('names that no variable may have are told with their line', () => {
  assert.deepEqual(parseEnvironmentFile('A=1\nexport B=2\n1C=3\n')!.invalid, [
    { name: 'export B', line: 2 },
    { name: '1C', line: 3 },
  ])
})

test('a file with NUL or stray bytes is refused whole', () => {
  assert.equal(parseEnvironmentFile('A=1\0'), undefined)
  assert.equal(parseEnvironmentFile('A=\udcff'), undefined)
})

test('any value survives single quotes', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (value) => {
      const clean = value.replaceAll(/['\0\ufdd0-\ufdef\ufffe\uffff]/g, '')
      assert.equal(parseEnvironmentFile(`A='${clean}'`)?.variables.get('A') ?? clean, clean)
    }),
  )
})
