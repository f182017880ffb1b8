import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { errorCodes, GitprocError } from '../../src/base/error.ts'
import { exitStatuses, statusOfCode } from '../../src/cli/exit-status.ts'
import { describeFailure, usageError } from '../../src/cli/failure.ts'
import { plainLook } from '../support/looks.ts'

describe('a failure', () => {
  test('is one sentence, and the next step', () => {
    const error = new GitprocError('api/unreachable', 'the daemon is not running', {
      remedy: 'gitproc daemon --detach',
    })
    assert.deepEqual(describeFailure(error, plainLook), {
      lines: ['gitproc: the daemon is not running', '  gitproc daemon --detach'],
      status: 3,
    })
  })

  test('lists the findings that it brings along', () => {
    const position = { file: 'web.service', line: 2, column: 1 }
    const diagnostics = [{ position, severity: 'error', code: 'x', message: 'no ExecStart=' }]
    const error = new GitprocError('units/refused', 'the unit files have errors', { data: { diagnostics } })
    assert.match(describeFailure(error, plainLook).lines[1]!, /web\.service:2:1: error: no ExecStart=/)
  })

  test('for lack of a permission says for which file', () => {
    const error = Object.assign(new Error('EACCES'), { code: 'EACCES', path: '/var/log/gitproc' })
    const { lines, status } = describeFailure(error, plainLook)
    assert.match(lines[0]!, /no permission for \/var\/log\/gitproc/)
    assert.equal(status, exitStatuses.forbidden.status)
  })

  test('for lack of a permission ends with 5, whatever it hindered', () => {
    const cause = Object.assign(new Error('EPERM'), { code: 'EPERM', path: '/var/lib/gitproc' })
    const error = new GitprocError('store/write', '/var/lib/gitproc cannot be written', { cause })
    assert.equal(describeFailure(error, plainLook).status, exitStatuses.forbidden.status)
  })

  test('of a daemon in the background ends as that daemon ended', () => {
    const error = new GitprocError('api/unreachable', 'no such branch', { data: { exitStatus: 4 } })
    assert.equal(describeFailure(error, plainLook).status, 4)
  })

  test('that nobody foresaw is called a bug, with where it happened', () => {
    const { lines } = describeFailure(new TypeError('x is undefined'), plainLook)
    assert.match(lines.join('\n'), /bug of gitproc.*\n.*x is undefined\n +at /)
  })
})

describe('a command line that makes no sense', () => {
  test('is told the nearest flag', () => {
    const error = Object.assign(new Error('Nonexistent flag: --sokcet'), { flags: ['--sokcet'] })
    const { message, remedy } = usageError(error, 'status', ['socket', 'repo'])
    assert.equal(message, 'status: there is no flag --sokcet')
    assert.match(remedy!, /did you mean --socket\?/)
  })

  test("keeps the parser's own words otherwise, on one line", () => {
    const error = new Error('Missing 1 required arg:\nname  the unit\nSee more help with --help')
    assert.equal(usageError(error, 'why', []).message, 'why: missing 1 required arg: name, the unit')
  })

  test('says in a few words which flags do not go together', () => {
    const error = new Error(
      'The following error occurred:\n  --follow=true cannot also be provided when using --reverse\nSee more help with --help',
    )
    assert.equal(usageError(error, 'logs', []).message, 'logs: --reverse does not go with --follow')
  })
})

test('every code has an exit status that is documented', () => {
  const documented = Object.values(exitStatuses).map(({ status }) => status as number)
  for (const code of Object.keys(errorCodes))
    assert.ok(documented.includes(statusOfCode(code as keyof typeof errorCodes)))
})
