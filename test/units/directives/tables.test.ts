import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Directive } from '../../../src/units/directive.ts'
import { collections } from '../../../src/units/directives/aliases.ts'
import { findDirective } from '../../../src/units/directives/find.ts'
import { aliases, sectionsOf, sectionTables } from '../../../src/units/directives/tables.ts'
import { unitTypes } from '../../../src/units/unit.ts'
import { hasOracle, readTable } from '../../oracle/tsv.ts'
import { assign } from '../../support/service-setting.ts'

const rows: readonly (readonly [string, Directive<unknown>])[] = Object.entries(sectionTables).flatMap(
  ([section, table]) =>
    Object.entries(table).map(([name, row]) => [`${section}.${name}`, row as Directive<unknown>] as const),
)

const isKnown = (section: string, name: string): boolean =>
  Object.hasOwn(aliases, `${section}.${name}`) || findDirective(section, name) !== undefined

test('every directive that real unit files use is known', { skip: hasOracle() ? false : 'no oracle' }, () => {
  const unknown = readTable('directive-frequency.tsv').filter(
    ({ section = '', directive = '' }) => !isKnown(section, directive),
  )
  assert.deepEqual(unknown, [])
})

test('what is not supported says what happens instead, and changes nothing that runs', () => {
  const unsupported = rows.filter(([, { support }]) => support === 'unsupported')
  assert.ok(unsupported.length > 100)
  for (const [name, { note, change }] of unsupported) {
    assert.ok(note, name)
    assert.equal(change, 'none', name)
  }
})

test('every directive names its man page with a section number', () => {
  for (const [name, { man }] of rows) assert.match(man, /^[a-z.-]+\([1-8]\)$/, name)
})

test('every other spelling leads to a directive', () => {
  for (const [spelling, { assigns }] of Object.entries(aliases))
    for (const name of assigns) {
      const [section = '', key = ''] = name.split('.')
      assert.ok(findDirective(section, key), `${spelling} → ${name}`)
    }
})

test('a default is a value that its own type would print and read', () => {
  for (const [name, { type, default: byDefault }] of rows) {
    if (byDefault === undefined || type.print === undefined) continue
    assert.equal(typeof type.print(byDefault), 'string', name)
  }
})

test('every type of unit has its sections, and [Unit] and [Install]', () => {
  for (const type of unitTypes) {
    const sections = sectionsOf(type)
    assert.deepEqual(sections.slice(0, 2), ['Unit', 'Install'])
    for (const section of sections) assert.ok(Object.hasOwn(sectionTables, section), section)
  }
})

test('the name under which conditions are kept is no directive of a file', () => {
  for (const name of Object.keys(collections)) {
    const [section = '', key = ''] = name.split('.')
    const { type } = findDirective(section, key)!
    assert.equal(type.assign(undefined, 'x', { directive: key } as never).problem?.code, 'unknown-directive')
  }
})

test('TimeoutSec= sets the time-outs of start and stop', () => {
  const { unit } = assign('TimeoutSec', '7')
  assert.equal(unit.service!.TimeoutStartSec, 7e6)
  assert.equal(unit.service!.TimeoutStopSec, 7e6)
})

test('StartLimitInterval= in [Service] is the start limit of [Unit], with a hint', () => {
  const { unit, messages } = assign('StartLimitInterval', '3')
  assert.equal(unit.unit.StartLimitIntervalSec, 3e6)
  assert.deepEqual(messages, ['StartLimitIntervalSec= belongs in [Unit]'])
})

test('After= in [Service] orders the unit', () => {
  assert.deepEqual(assign('After', 'db.service').unit.unit.After, ['db.service'])
})

test('a health check may be written with X- before it', () => {
  assert.equal(
    assign('X-HealthCheckURL', 'http://localhost/').unit.service!.HealthCheckURL,
    'http://localhost/',
  )
})

test('ReadWriteDirectories= is the old name of ReadWritePaths=', () => {
  assert.deepEqual(assign('ReadWriteDirectories', '/a').value, ['/a'])
})
