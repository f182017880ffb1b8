/** Misspelled names of units. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nearestUnit } from '../../src/base/nearest.ts'

test('a misspelled unit is found among all of them', () => {
  assert.equal(nearestUnit('cras.service', ['bin.service', 'crash.service']), 'crash.service')
})

test('a common ending does not make two names alike', () => {
  assert.equal(nearestUnit('nope.service', ['bin.service', 'long.service']), undefined)
})

test('who forgets the ending of what is no service is told it, but a service wins', () => {
  assert.equal(nearestUnit('backup.service', ['backup.timer']), 'backup.timer')
  assert.equal(nearestUnit('bakup.service', ['backup.timer', 'backup.service']), 'backup.service')
})

test('of names that are equally near, the one that begins alike is meant', () => {
  assert.equal(nearestUnit('wb.service', ['db.service', 'web.service']), 'web.service')
})
