import assert from 'node:assert/strict'
import { test } from 'node:test'
import { judgeMove, type MoveKind, type MoveRules } from '../../src/controller/source-policy.ts'
import { revisionOf } from '../support/desired.ts'

const kinds: readonly MoveKind[] = ['first', 'none', 'forward', 'back', 'aside', 'unknown']

const outcome = (kind: MoveKind, rules: Partial<MoveRules>): string => {
  const from = kind === 'first' ? undefined : revisionOf('1')
  const all = { onForcePush: 'follow', refusesReplay: false, isPermitted: false, ...rules } as const
  const verdict = judgeMove({ from, to: revisionOf('2'), kind }, all)
  if (verdict.kind === 'refuse') return 'refused'
  return verdict.warning === undefined ? 'followed' : 'warned'
}

const row = (rules: Partial<MoveRules>): readonly string[] => kinds.map((kind) => outcome(kind, rules))

test('a force push is followed with a warning unless it is to be refused', () => {
  assert.deepEqual(row({}), ['followed', 'followed', 'followed', 'warned', 'warned', 'warned'])
  assert.deepEqual(row({ onForcePush: 'refuse' }), [
    'followed',
    'followed',
    'followed',
    'refused',
    'refused',
    'refused',
  ])
})

test('where commits must be signed, an old signed commit does not come back', () => {
  assert.deepEqual(row({ refusesReplay: true }), [
    'followed',
    'followed',
    'followed',
    'refused',
    'warned',
    'refused',
  ])
})

test('an operator may allow each of these moves, and is remembered in the warning', () => {
  const rules = { onForcePush: 'refuse', refusesReplay: true, isPermitted: true } as const
  assert.deepEqual(row(rules), ['followed', 'followed', 'followed', 'warned', 'warned', 'warned'])
})

test('a refusal names the branch, both commits and the command that helps', () => {
  const verdict = judgeMove(
    { from: revisionOf('1'), to: revisionOf('2'), kind: 'back' },
    { onForcePush: 'refuse', refusesReplay: false, isPermitted: false },
  )
  assert.equal(verdict.kind, 'refuse')
  const { reason, remedy } = verdict as { reason: string; remedy: string }
  assert.match(reason, /^main was moved back to an earlier commit \(\S+ → \S+\); on_force_push = refuse$/)
  assert.match(remedy, /gitproc sync --allow-rewind/)
})
