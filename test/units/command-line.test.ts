// biome-ignore-all lint/suspicious/noTemplateCurlyInString: systemd spells its variables like this
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type CommandLine, parseCommandLine } from '../../src/units/command-line.ts'
import { expandCommand } from '../../src/units/expand-command.ts'
import { parseUnitName } from '../../src/units/name.ts'
import { expandSpecifiers } from '../../src/units/specifiers.ts'
import { someHost } from '../support/trees.ts'

const parse = (text: string, name = 'web@a-b.service'): CommandLine => {
  const scope = { name, parts: parseUnitName(name)!, fragment: 'web@.service', host: someHost }
  return parseCommandLine(text, {
    expand: (word) => expandSpecifiers(word, scope),
    unitName: name,
    directive: 'ExecStart',
    position: { file: 'web@.service', line: 2, column: 11 },
    host: someHost,
  })
}

const argvs = (text: string): unknown => parse(text).commands.map(({ argv }) => argv)

test('a command line is unquoted, unescaped and %-expanded, word by word', () => {
  assert.deepEqual(argvs('/bin/echo "a b" c\\td %I \'%%\' 100%'), [
    ['/bin/echo', 'a b', 'c\td', 'a/b', '%', '100%'],
  ])
})

test('a lone semicolon begins a new command, an escaped or quoted one does not', () => {
  assert.deepEqual(argvs('/bin/a x ; /bin/b ";" ; /bin/c \\; y;'), [
    ['/bin/a', 'x'],
    ['/bin/b', ';'],
    ['/bin/c', ';', 'y;'],
  ])
})

test('prefixes come in any order, once each', () => {
  const [command] = parse(':-@/bin/sh zero arg').commands
  assert.deepEqual(
    { ...command, position: undefined },
    {
      path: '/bin/sh',
      argv: ['zero', 'arg'],
      ignoreFailure: true,
      noEnvExpand: true,
      privileged: false,
      noSetuid: false,
      ambient: false,
      position: undefined,
    },
  )
  assert.equal(parse('!!/bin/sh').commands[0]!.ambient, true)
  for (const text of ['@@/bin/sh a', '++/bin/sh', '+!/bin/sh', '!!!/bin/sh', '|/bin/sh'])
    assert.equal(parse(text).problems[0]?.refuses, 'bad-setting', text)
})

test('the path is made simple, argv[0] stays as written', () => {
  assert.deepEqual(parse('//usr/./bin/../bin//sh a').commands[0]!.path, '/usr/bin/../bin/sh')
  assert.deepEqual(argvs('//usr/bin//sh'), [['//usr/bin//sh']])
})

test('a bare program name is fine, a relative path is not', () => {
  assert.equal(parse('python3 -m http.server').commands[0]!.path, 'python3')
  for (const text of ['bin/python3', './x', '..', '/usr/bin/', '"/bin/a\\x01"', '%z']) {
    const { commands, problems } = parse(text)
    assert.equal(commands.length, 0, text)
    assert.equal(problems.at(-1)?.refuses, 'bad-setting', text)
  }
})

test('a bad command that may fail is only warned about', () => {
  const { commands, problems } = parse('-bin/x')
  assert.deepEqual([commands.length, problems[0]?.severity, problems[0]?.refuses], [0, 'warning', undefined])
})

test('an open quote refuses the unit; commands before it stay', () => {
  const { commands, problems } = parse('/bin/a ; /bin/b "x')
  assert.equal(commands.length, 1)
  assert.equal(problems[0]?.refuses, 'bad-setting')
})

const expand = (text: string, environment: Readonly<Record<string, string>>): readonly string[] =>
  expandCommand(parse(text).commands[0]!, environment).slice(1)

test('$A is split into words, ${A} is not, $$ is a dollar', () => {
  const environment = { A: 'x  "y z"', EMPTY: '' }
  assert.deepEqual(expand('/bin/echo $A ${A} p${A}s $EMPTY ${EMPTY} $NO ${NO} $$A a$$b', environment), [
    'x',
    'y z',
    'x  "y z"',
    'px  "y z"s',
    '',
    '',
    '$A',
    'a$b',
  ])
})

test('what looks like more of a shell stays as it is', () => {
  assert.deepEqual(expand('/bin/echo ${A:-x} a$A ${A `A` "~"', { A: '1' }), [
    '${A:-x}',
    'a$A',
    '${A',
    '`A`',
    '~',
  ])
})

test('a command with ":" is not expanded', () => {
  assert.deepEqual(expand(':/bin/echo $A ${A}', { A: '1' }), ['$A', '${A}'])
})

test('a variable called like a property of every object is a variable', () => {
  assert.deepEqual(expand('/bin/echo ${constructor} $toString', {}), [''])
})
