import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { firstState } from '../../../src/cli/top/answered.ts'
import { type Pressed, press } from '../../../src/cli/top/press.ts'
import { selectedUnit, shownUnits, type TopState } from '../../../src/cli/top/top-state.ts'
import { nowMs, statusOf, unitOf } from '../../support/status-answers.ts'

const units = ['api', 'db', 'mailer', 'web'].map((name, index) =>
  unitOf(`${name}.service`, { memoryBytes: (index + 1) * 1000, restarts: index % 2 }),
)
const look = { hasColor: false, isUtc: true }
const start: TopState = firstState(statusOf(units), { sort: 'name', filter: '', look }, nowMs)

const pressAll = (keys: readonly string[], from: TopState = start): Pressed =>
  keys.reduce<Pressed>(({ state }, key) => press(state, key, 2), { state: from })
const namesAfter = (...keys: string[]): string =>
  shownUnits(pressAll(keys).state)
    .map(({ name }) => name.replace('.service', ''))
    .join(' ')
const selectedAfter = (...keys: string[]): string | undefined => selectedUnit(pressAll(keys).state)?.name

describe('the keys of top', () => {
  test('move the selection, and no further than there are units', () => {
    assert.equal(selectedAfter(), 'api.service')
    assert.equal(selectedAfter('down', 'j'), 'mailer.service')
    assert.equal(selectedAfter('pagedown'), 'mailer.service')
    assert.equal(selectedAfter('end', 'down'), 'web.service')
    assert.equal(selectedAfter('G', 'up', 'k', 'pageup', 'up'), 'api.service')
    assert.equal(selectedAfter('end', 'g'), 'api.service')
  })

  test('sort, and turn the order round when pressed again', () => {
    assert.equal(namesAfter('m'), 'web mailer db api')
    assert.equal(namesAfter('m', 'm'), 'api db mailer web')
    assert.equal(namesAfter('t'), 'db web api mailer')
    assert.equal(namesAfter('m', 'n'), 'api db mailer web')
    assert.equal(pressAll(['>', '>']).state.sort, 'cpu')
    assert.equal(pressAll(['<']).state.sort, 'memory')
  })

  test('leave the selection with its unit when the order changes', () => {
    assert.equal(selectedAfter('down', 'm'), 'db.service')
  })

  test('restart a unit only after a yes', () => {
    const asked = pressAll(['down', 'r'])
    assert.deepEqual(asked.state.mode, { kind: 'confirm', verb: 'restart', unit: 'db.service' })
    assert.equal(asked.effect, undefined)
    const confirmed = pressAll(['y'], asked.state)
    assert.deepEqual(confirmed.effect, { kind: 'verb', verb: 'restart', unit: 'db.service' })
    assert.equal(confirmed.state.mode.kind, 'browse')
  })

  for (const key of ['n', 'escape', 'return', 'q', 'r', 'down', ' '])
    test(`do nothing to a unit when the answer is ${JSON.stringify(key)}`, () => {
      const { state, effect } = pressAll(['s', key])
      assert.equal(effect, undefined)
      assert.equal(state.mode.kind, 'browse')
      assert.equal(state.message?.text, 'api: nothing done')
    })

  test('do to the unit that was asked about, though the order has changed meanwhile', () => {
    const asked = pressAll(['s']).state
    const later = { ...asked, status: statusOf(units.toReversed()), sort: 'memory' as const }
    assert.deepEqual(pressAll(['y'], later).effect, { kind: 'verb', verb: 'stop', unit: 'api.service' })
  })

  test('filter while one types, with letters that are keys elsewhere', () => {
    assert.equal(namesAfter('/', 'E'), 'mailer web')
    assert.equal(namesAfter('/', 'e', 'b'), 'web')
    assert.equal(namesAfter('/', 'e', 'b', 'backspace'), 'mailer web')
    assert.equal(namesAfter('/', 'q', 'ctrl+u', 'return'), 'api db mailer web')
    assert.equal(selectedAfter('/', 'e', 'down', 'return'), 'web.service')
  })

  test('take a filter back with Escape, first what is typed and then what was kept', () => {
    const kept = pressAll(['/', 'e', 'return'])
    assert.equal(kept.state.filter, 'e')
    const typing = pressAll(['/', 'x', 'escape'], kept.state)
    assert.equal(typing.state.filter, 'e')
    assert.equal(pressAll(['escape'], typing.state).state.filter, '')
  })

  test('ask about nothing where nothing is shown', () => {
    const { state } = pressAll(['/', 'x', 'x', 'return', 'r'])
    assert.equal(state.mode.kind, 'browse')
    assert.equal(pressAll(['down', 'end'], state).state.selected, undefined)
  })

  test('show help until the next key, which does nothing else', () => {
    assert.equal(pressAll(['?']).state.mode.kind, 'help')
    const { state, effect } = pressAll(['?', 'q'])
    assert.equal(state.mode.kind, 'browse')
    assert.equal(effect, undefined)
  })

  test('quit, suspend and draw anew', () => {
    for (const [key, kind] of [
      ['q', 'quit'],
      ['f10', 'quit'],
      ['ctrl+z', 'suspend'],
      ['ctrl+l', 'redraw'],
    ] as const)
      assert.equal(pressAll([key]).effect?.kind, kind)
    // Ctrl-C is a way out of everything.
    for (const before of ['/', '?', 'r']) assert.equal(pressAll([before, 'ctrl+c']).effect?.kind, 'quit')
  })

  test('turn through the panes', () => {
    assert.deepEqual(
      [1, 2, 3].map((times) => pressAll(Array(times).fill('l')).state.pane),
      ['full', 'none', 'half'],
    )
    assert.equal(pressAll(['return', 'return']).state.pane, 'half')
  })

  test('never act on a unit without a yes right after the question, whatever is pressed', () => {
    const keys = ['r', 's', 'a', 'y', 'n', '/', 'escape', 'return', 'down', '?', 'x', 'm', 'ctrl+r', 'f9']
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...keys), { maxLength: 30 }), (pressed) => {
        let state = start
        for (const key of pressed) {
          const before = state
          const after = press(state, key, 5)
          state = after.state
          if (after.effect?.kind !== 'verb') continue
          assert.equal(key, 'y')
          assert.ok(before.mode.kind === 'confirm' && before.mode.unit === after.effect.unit)
          assert.equal(before.mode.verb, after.effect.verb)
        }
      }),
    )
  })
})
