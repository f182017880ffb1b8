import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { ValueContext, ValueType } from '../../../src/units/directive.ts'
import { sectionTables } from '../../../src/units/directives/tables.ts'
import { someHost } from '../../support/trees.ts'

/** Texts of many kinds, most of which some type takes. */
const words = fc.constantFrom(
  ...'yes no 0 1 5 77 0755 infinity 5min 1h 30% 12.5% 512M 1.5G 1:2 +5 -3 SIGTERM RTMIN+3 KILL /a /a/b -/c +/d /a:/b a:b'.split(
    ' ',
  ),
  ...'CAP_KILL ~CAP_KILL AF_INET ~AF_INET6 none net ~user @swap ~@mount read:EPERM noroot keep-caps cpu memory 0-3 7'.split(
    ' ',
  ),
  ...'10.0.0.0/8 ::1 any localhost idle fifo daemon full strict tmpfs journal file:/x fd:y tty null man:a(1) http://a.b/c'.split(
    ' ',
  ),
  ...'A=b "A=b c" A=%% X a.service b@c.slice root 100 x/y TEMPFAIL 200-399 localhost:80 shared native x86-64 kill EIO'.split(
    ' ',
  ),
)
const texts = fc.oneof(
  words,
  fc.array(words, { minLength: 1, maxLength: 4 }).map((each) => each.join(' ')),
  fc.integer({ min: -5000, max: 5_000_000 }).map(String),
  fc.string({ maxLength: 12 }).filter((text) => !/[\n\r\0]/.test(text)),
)

const contextOf = (directive: string): ValueContext => ({
  expand: (text) =>
    /%(?!%)/.test(text.replaceAll('%%', ''))
      ? { problem: 'unknown specifier' }
      : { text: text.replaceAll('%%', '%') },
  unitName: 't.service',
  directive,
  position: { file: 't.service', line: 1, column: 1 },
  host: someHost,
})

type Row = readonly [name: string, type: ValueType<unknown>]
const rows: readonly Row[] = Object.entries(sectionTables).flatMap(([section, table]) =>
  Object.entries(table).map(([name, { type }]): Row => [`${section}.${name}`, type as ValueType<unknown>]),
)
const printable = [...new Map(rows.filter(([, type]) => type.print).map((row) => [row[1], row])).values()]

for (const [name, type] of printable)
  test(`what ${name}= prints means the same when it is read again`, () => {
    const context = contextOf(name.slice(name.indexOf('.') + 1))
    fc.assert(
      fc.property(texts, (text) => {
        const { value } = type.assign(undefined, text, context)
        if (value === undefined) return
        const printed = type.print!(value)
        const again = type.assign(undefined, printed, context)
        assert.deepEqual(again.value, value, `printed as ${JSON.stringify(printed)}`)
      }),
      { numRuns: 150 },
    )
  })

test('no value type throws, whatever it is given', () => {
  const types = [...new Map(rows.map(([name, type]) => [type, name]))]
  fc.assert(
    fc.property(fc.array(texts, { maxLength: 3 }), fc.constantFrom(...types), (assigned, [type, name]) => {
      const context = contextOf(name.slice(name.indexOf('.') + 1))
      let value: unknown
      for (const text of assigned) value = type.assign(value, text, context).value
    }),
    { numRuns: 3000 },
  )
})

test('a reset forgets, a bad value keeps: an empty list after any assignment', () => {
  const { type } = sectionTables.Service.ReadWritePaths
  const context = contextOf('ReadWritePaths')
  fc.assert(
    fc.property(texts, (text) => {
      const { value } = type.assign(undefined, text, context)
      assert.equal(type.assign(value, '', context).value, undefined)
    }),
  )
})
