import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'

const main = join(import.meta.dirname, '../../src/cli/main.ts')

const gitproc = (...words: string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...words], { encoding: 'utf8' })
  return { status, stdout, stderr }
}

test('a calendar event is explained with its next elapses, without a daemon', () => {
  const { status, stdout } = gitproc(
    ...['analyze', 'calendar', '02:30', '--iterations', '2', '--tz', 'Europe/Berlin'],
    ...['--base-time', '2024-03-30T20:00:00Z', '-o', 'json'],
  )
  assert.equal(status, 0)
  const [answer] = JSON.parse(stdout)
  assert.equal(answer.normalized, '*-*-* 02:30:00')
  assert.deepEqual(answer.elapses, ['2024-04-01T00:30:00Z', '2024-04-02T00:30:00Z'])
})

test('an invalid expression among others is told, and fails the command', () => {
  const { status, stdout } = gitproc('analyze', 'timespan', '90min', 'soon')
  assert.equal(status, 1)
  assert.match(stdout, /Human: 1h 30min\n\n"soon" is no time span/)
})

test('a time or zone that is none is a usage error that names what would be one', () => {
  for (const words of [
    ['--tz', 'Mars'],
    ['--base-time', 'teatime'],
  ]) {
    const { status, stderr } = gitproc('analyze', 'calendar', 'daily', ...words)
    assert.equal(status, 64)
    assert.match(stderr, /Europe\/Berlin|systemd\.time\(7\)/)
  }
})

test('texts are escaped for unit names, and back', () => {
  assert.equal(
    gitproc('escape', '--template=backup@.service', '-p', '/srv/my data').stdout,
    'backup@srv-my\\x20data.service\n',
  )
  assert.equal(gitproc('escape', '-u', 'srv-my\\x20data').stdout, 'srv/my data\n')
  assert.equal(gitproc('escape', '-u', '--template=foo@.service', 'bar@a.service').status, 64)
})
