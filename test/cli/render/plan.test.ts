import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { planFooter, renderPlan } from '../../../src/cli/render/plan.ts'
import type { Step } from '../../../src/plan/plan.ts'
import { plainLook } from '../../support/looks.ts'
import { head, revisionOf } from '../../support/status-answers.ts'

const to = revisionOf('8d11e02', 'more memory')
const step = (given: Partial<Step> & Pick<Step, 'verb' | 'unit'>): Step => ({
  reason: 'new',
  changes: [],
  after: [],
  ...given,
})
const shown = (steps: readonly Step[]): string =>
  renderPlan({ plan: { from: head, to, steps, hash: '' }, commits: [to, head] }, plainLook).join('\n')

describe('gitproc plan', () => {
  test('shows each unit that moves, with its reason and what becomes of the process', () => {
    const text = shown([
      step({ verb: 'stop', unit: 'debug.service', reason: 'removed' }),
      step({ verb: 'start', unit: 'worker@2.service', after: ['db.service'] }),
      step({
        verb: 'restart',
        unit: 'web.service',
        reason: 'ExecStart= changed',
        after: ['worker@2.service'],
      }),
      step({ verb: 'keep', unit: 'db.service', reason: 'unchanged' }),
    ])
    assert.match(text, /^main@4f2c91a → main@8d11e02 "more memory" {3}2 commits$/m)
    assert.match(text, /\+ worker@2 +new +start after db/)
    assert.match(text, /~ web +ExecStart= changed +restart/)
    assert.match(text, /- debug +removed +stop/)
    assert.match(text, /= db {2}untouched/)
    assert.match(text, /^Order: stop debug → worker@2 → web$/m)
  })

  test('shows old and new values as they stand in unit files', () => {
    const size = (value: number): string => JSON.stringify({ kind: 'absolute', value })
    const text = shown([
      step({
        verb: 'update',
        unit: 'api.service',
        reason: 'changed',
        changes: [
          { directive: 'Service.MemoryMax', before: size(2 ** 28), after: size(2 ** 29) },
          { directive: 'Service.RestartSec', before: undefined, after: '5000000' },
        ],
      }),
    ])
    assert.match(text, /MemoryMax= 256M → 512M +live, no restart/)
    assert.match(text, /RestartSec= \(unset\) → 5s/)
  })

  test('long values only say that they changed', () => {
    const command = (word: string): string => JSON.stringify([{ argv: ['/bin/sh', '-c', word.repeat(40)] }])
    const changes = [{ directive: 'Service.ExecStart', before: command('a'), after: command('b') }]
    assert.match(shown([step({ verb: 'restart', unit: 'a.service', changes })]), /ExecStart= changed/)
  })

  test('what keeps a commit from being applied is said although nothing would move', () => {
    const plan = { from: undefined, to: head, steps: [], hash: '0123456789abcdef' }
    const waits = { why: 'commit 1234567 is not trusted: it is not signed', remedy: 'sign it' }
    const lines = planFooter({ plan, commits: [], diagnostics: [], isNext: true, waits }, plainLook)
    assert.deepEqual(lines, ['It waits: commit 1234567 is not trusted: it is not signed   sign it'])
  })

  test('the command that applies a plan is named only where it would apply it', () => {
    const plan = {
      from: undefined,
      to: head,
      steps: [step({ verb: 'start', unit: 'a.service' })],
      hash: '0123abcd',
    }
    const footer = (isNext: boolean, waits?: { readonly why: string; readonly remedy: string }) =>
      planFooter({ plan, commits: [], diagnostics: [], isNext, waits }, plainLook).join('\n')
    assert.match(footer(true), /gitproc sync --plan 0123abcd/)
    assert.equal(footer(false), '')
    const guard = { why: 'it removes much', remedy: 'gitproc sync --prune' }
    assert.match(footer(true, guard), /gitproc sync --prune --plan 0123abcd/)
    const pin = { why: 'this host is pinned', remedy: 'gitproc resume' }
    assert.equal(footer(true, pin), 'It waits: this host is pinned   gitproc resume')
  })

  test('an empty plan says so', () => {
    assert.match(shown([step({ verb: 'keep', unit: 'db.service' })]), /Nothing to do/)
  })
})
