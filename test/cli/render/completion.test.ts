/** Completion, as bash itself would run it. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { commandTable } from '../../../src/cli/command-table.ts'
import { choicesOf, completionScript, flagsOf, takesUnits } from '../../../src/cli/render/completion.ts'

/** What bash offers for a line; `gitproc completion` is a function that says what it was asked. */
const offered = (...line: readonly string[]): readonly string[] => {
  const script = [
    ...completionScript('bash', Object.keys(commandTable)),
    'gitproc() { echo "$2=$3" --json web; }',
    `COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _gitproc gitproc "\${!#}"; printf "%s\\n" "\${COMPREPLY[@]}"`,
  ].join('\n')
  const { stdout } = spawnSync('bash', ['-c', script, 'bash', ...line], { encoding: 'utf8' })
  return stdout.split('\n').filter((word) => word !== '')
}

test('commands are completed, the new ones too', () => {
  assert.deepEqual(offered('gitproc', 'su'), ['suspend'])
  assert.deepEqual(offered('gitproc', 'con'), ['confirm'])
})

test('a dash asks for the flags of the command, anything else for its words', () => {
  assert.deepEqual(offered('gitproc', 'logs', '--'), ['--flags-of=logs', '--json'])
  assert.deepEqual(offered('gitproc', 'logs', ''), ['--words-of=logs', '--json', 'web'])
})

test('every command tells its flags; choices and units where it takes them', async () => {
  for (const [name, { load }] of Object.entries(commandTable)) {
    const flags = flagsOf((await load()).default)
    assert.ok(flags.includes('--help') && !flags.includes('--flags-of'), name)
  }
  const { default: hostkey } = await commandTable['hostkey']!.load()
  assert.deepEqual([choicesOf(hostkey), takesUnits(hostkey)], [['list', 'accept'], false])
  const { default: freeze } = await commandTable['freeze']!.load()
  assert.equal(takesUnits(freeze), true)
})
