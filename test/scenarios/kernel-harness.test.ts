/** How long the kernel tests are waited for: as long as they say something, and not for ever. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { followOutput, type Patience } from '../support/follow-output.ts'

describe('waiting for a guest', () => {
  const folder = mkdtempSync(join(tmpdir(), 'gitproc-follow-'))
  after(() => rmSync(folder, { recursive: true }))

  async function follow(script: string, patience: Patience) {
    const file = join(folder, 'output')
    const fd = openSync(file, 'w')
    const child = spawn('sh', ['-c', script], { stdio: ['ignore', fd, 'ignore'] })
    closeSync(fd)
    let text = ''
    const why = await followOutput(child, file, patience, (piece) => {
      text += piece.toString()
    })
    return { why, text, signal: child.signalCode }
  }

  it('one that goes on saying something is waited for, past the time for silence', async () => {
    const talks = 'for i in 1 2 3 4 5 6 7 8; do echo $i; sleep 0.25; done'
    const { why, text } = await follow(talks, { silentMs: 1500, totalMs: 60_000, lookMs: 20 })
    assert.equal(why, undefined)
    assert.equal(text, '1\n2\n3\n4\n5\n6\n7\n8\n')
  })

  it('one that says nothing any more is ended, and that is said', async () => {
    const { why, text, signal } = await follow('echo begun; exec sleep 1000', {
      silentMs: 300,
      totalMs: 60_000,
      lookMs: 20,
    })
    assert.deepEqual([why, text, signal], ['there was no output for 300 ms', 'begun\n', 'SIGKILL'])
  })

  it('one that never comes to an end is ended, however much it says', async () => {
    const { why, signal } = await follow('while :; do echo more; sleep 0.05; done', {
      silentMs: 30_000,
      totalMs: 500,
      lookMs: 20,
    })
    assert.deepEqual([why, signal], ['it took more than 500 ms', 'SIGKILL'])
  })
})
