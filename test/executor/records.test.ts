import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { parseExit, parseMain } from '../../src/executor/records.ts'

const exitText = (status: number, message = '', failed = ''): string =>
  `status ${status}\nfailed ${failed}\nmessage ${message}\nend\n`

describe('what the shim wrote', () => {
  it('does not count before its last byte is there', () => {
    const whole = exitText(143, 'Terminated')
    for (let length = 0; length < whole.length; length += 1)
      assert.equal(parseExit(whole.slice(0, length), 0), undefined)
    assert.ok(parseExit(whole, 0))
    assert.equal(parseMain('12 34 5'), undefined)
    assert.deepEqual(parseMain('12 34 5\n'), { process: { pid: 12, startTicks: 34 }, shimPid: 5 })
  })

  it('is an exit code unless the shell named a signal', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 255 }), (status) => {
        const record = parseExit(exitText(status), 7)
        assert.equal(record?.atMs, 7)
        if (status === 130 || status === 141) assert.equal(record?.ambiguous, true)
        else assert.deepEqual(record?.exit, { kind: 'exited', code: status })
      }),
    )
    assert.deepEqual(parseExit(exitText(139, 'Segmentation fault (core dumped)'), 0)?.exit, {
      kind: 'killed',
      signal: 'SIGSEGV',
      dumpedCore: true,
    })
  })

  it('names the failed step with the code of systemd and the words of the shell', () => {
    const message = "/opt/gitproc/shim.sh: 53: cd: can't cd to /nowhere"
    assert.deepEqual(parseExit(exitText(1, message, 'CHDIR 1'), 0), {
      exit: { kind: 'exited', code: 200 },
      atMs: 0,
      failedStep: 'CHDIR',
      failedWhy: "cd: can't cd to /nowhere",
    })
  })
})
