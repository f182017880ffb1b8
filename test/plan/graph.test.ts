import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { desiredOf } from '../support/desired.ts'
import { service } from '../support/trees.ts'

const errors = (files: Readonly<Record<string, string>>): readonly string[] =>
  desiredOf(files)
    .diagnostics.filter((diagnostic) => diagnostic.severity === 'error')
    .map(({ position, message }) => `${position.file}:${position.line}: ${message}`)

describe('the ordering graph', () => {
  test('a circle of three units is one error with the whole path and the place of each edge', () => {
    const found = errors({
      'a.service': '[Unit]\nAfter=c.service\n[Service]\nExecStart=/bin/true\n',
      'b.service': '[Unit]\n\nAfter=a.service\n[Service]\nExecStart=/bin/true\n',
      'c.service': '[Unit]\nAfter=b.service\n[Service]\nExecStart=/bin/true\n',
    })
    assert.equal(found.length, 1)
    assert.match(found[0]!, /a\.service after c\.service \(a\.service:2 After=\)/)
    assert.match(found[0]!, /c\.service after b\.service \(c\.service:2 After=\)/)
    assert.match(found[0]!, /b\.service after a\.service \(b\.service:3 After=\)/)
  })

  test('Before= of one unit and After= of the other agree', () => {
    const found = errors({
      'a.service': service('', 'Before=b.service'),
      'b.service': service('', 'After=a.service'),
    })
    assert.deepEqual(found, [])
  })

  test('Before= both ways is a circle', () => {
    const found = errors({
      'a.service': service('', 'Before=b.service'),
      'b.service': service('', 'Before=a.service'),
    })
    assert.equal(found.length, 1)
    assert.match(found[0]!, /Before=/)
  })

  test('After= on a unit that is not there orders nothing and is no error', () => {
    assert.deepEqual(errors({ 'a.service': service('', 'After=network.target nowhere.service') }), [])
  })

  test('Requires= on a unit that is not there is an error with its place and the nearest name', () => {
    const files = { 'a.service': service('', 'Requires=datbase.service'), 'database.service': service() }
    const diagnostic = desiredOf(files).diagnostics.find((entry) => entry.severity === 'error')
    assert.equal(diagnostic?.position.line, 2)
    assert.equal(diagnostic?.suggestion, 'database.service')
  })

  test('Requires= on what only systemd has counts as satisfied', () => {
    assert.deepEqual(
      errors({
        'a.service': service('', 'Requires=sysinit.target -.mount dbus.socket systemd-networkd.service'),
      }),
      [],
    )
  })

  test('an instance that another unit wants is made from its template and started', () => {
    const desired = desiredOf({
      'a.service': service('', 'Wants=worker@2.service'),
      'worker@.service': service('Environment=N=%i'),
    })
    assert.equal(desired.units.get('worker@2.service')?.isWanted, true)
    assert.equal(desired.units.get('worker@.service')?.isWanted, false)
  })
})
