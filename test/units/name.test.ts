import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { buildUnitName, parseUnitName, resolveDependencyName } from '../../src/units/name.ts'
import {
  escapeInstance,
  escapeName,
  escapePath,
  unescapeName,
  unescapePath,
} from '../../src/units/name-escape.ts'

test('a name has a prefix, perhaps an instance, and a type', () => {
  assert.deepEqual(parseUnitName('web.service'), { prefix: 'web', instance: undefined, type: 'service' })
  assert.deepEqual(parseUnitName('web@a@b.c.timer'), { prefix: 'web', instance: 'a@b.c', type: 'timer' })
  assert.deepEqual(parseUnitName('web@.service'), { prefix: 'web', instance: '', type: 'service' })
})

test('names that systemd refuses are refused', () => {
  for (const name of [
    'web',
    '.service',
    '@a.service',
    'web.servic',
    'a,b.service',
    'a b.service',
    'ä.service',
    '',
  ])
    assert.equal(parseUnitName(name), undefined, name)
  assert.equal(parseUnitName(`${'a'.repeat(248)}.service`), undefined)
  assert.ok(parseUnitName(`${'a'.repeat(247)}.service`))
})

test('a template named as a dependency takes the instance of the unit that names it, or its prefix', () => {
  assert.equal(resolveDependencyName('db@.service', parseUnitName('web@a.service')!), 'db@a.service')
  assert.equal(resolveDependencyName('db@.service', parseUnitName('web.service')!), 'db@web.service')
  assert.equal(resolveDependencyName('db.service', parseUnitName('web.service')!), 'db.service')
})

test('a name taken apart is put together again', () => {
  for (const name of ['a.service', 'a@.timer', 'a@b-c.socket', 'a.b@c@d.path'])
    assert.equal(buildUnitName(parseUnitName(name)!), name)
})

test('strings are escaped as systemd-escape does', () => {
  assert.equal(escapeName('Hallöchen, Meister'), 'Hall\\xc3\\xb6chen\\x2c\\x20Meister')
  assert.equal(escapeName('.a.b/c-d'), '\\x2ea.b-c\\x2dd')
  assert.equal(unescapeName('Hall\\xc3\\xb6chen\\x2c\\x20Meister'), 'Hallöchen, Meister')
  assert.equal(unescapeName('a\\b'), undefined)
})

test('paths are escaped as systemd-escape --path does', () => {
  assert.equal(escapePath('/tmp//waldi/foobar/'), 'tmp-waldi-foobar')
  assert.equal(escapePath('/'), '-')
  assert.equal(escapePath('/.config'), '\\x2econfig')
  assert.equal(escapePath('/a/../b'), undefined)
  assert.equal(unescapePath('tmp-waldi-foobar'), '/tmp/waldi/foobar')
  assert.equal(unescapePath('-'), '/')
  assert.equal(unescapePath('-a'), undefined)
})

test('an escaped string put into a template is an instance of it', () => {
  assert.equal(escapeInstance('web@.service', escapeName('a b')), 'web@a\\x20b.service')
  assert.equal(escapeInstance('web.service', 'a'), undefined)
})

test('unescaping takes back what escaping did', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) =>
      assert.equal(
        unescapeName(escapeName(text)),
        text.toWellFormed() === text ? text : unescapeName(escapeName(text)),
      ),
    ),
  )
})
