import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { assess, exposureOf, type MeasureState } from '../../../src/units/security/assess.ts'
import { loadService } from '../../support/load-service.ts'

const assessed = (lines: string) => {
  const { service } = loadService(`ExecStart=/bin/app\n${lines}`)
  return assess(service!)
}
const stateOf = (lines: string, name: string) =>
  assessed(lines).measures.find((measure) => measure.name === name)?.state

const rows: readonly (readonly [lines: string, name: string, state: MeasureState])[] = [
  ['', 'User=', 'open'],
  ['User=root', 'User=', 'open'],
  ['User=0', 'User=', 'open'],
  ['User=shop', 'User=', 'closed'],
  ['DynamicUser=yes', 'User=', 'closed'],
  ['DynamicUser=yes', 'ProtectSystem=', 'closed'],
  ['DynamicUser=yes', 'NoNewPrivileges=', 'closed'],
  ['User=shop', 'NoNewPrivileges=', 'open'],
  ['User=shop\nProtectClock=yes', 'NoNewPrivileges=', 'closed'],
  ['ProtectClock=yes', 'NoNewPrivileges=', 'open'],
  ['ProtectSystem=full', 'ProtectSystem=', 'partly'],
  ['ProtectHome=read-only', 'ProtectHome=', 'partly'],
  ['ProtectHome=tmpfs', 'ProtectHome=', 'closed'],
  ['SystemCallFilter=~@mount', 'SystemCallFilter=', 'partly'],
  ['SystemCallFilter=@system-service', 'SystemCallFilter=', 'closed'],
  ['RestrictNamespaces=yes', 'RestrictNamespaces=', 'closed'],
  ['RestrictNamespaces=uts', 'RestrictNamespaces=', 'partly'],
  ['CapabilityBoundingSet=CAP_CHOWN', 'CapabilityBoundingSet=~CAP_SYS_ADMIN', 'closed'],
  ['CapabilityBoundingSet=CAP_CHOWN', 'CapabilityBoundingSet=~CAP_DAC_OVERRIDE', 'open'],
  ['PrivateDevices=yes', 'CapabilityBoundingSet=~CAP_SYS_RAWIO', 'closed'],
  ['User=shop', 'CapabilityBoundingSet=~CAP_SYS_ADMIN', 'open'],
  ['User=shop\nNoNewPrivileges=yes', 'CapabilityBoundingSet=~CAP_SYS_ADMIN', 'closed'],
  [
    'User=shop\nNoNewPrivileges=yes\nAmbientCapabilities=CAP_NET_ADMIN',
    'CapabilityBoundingSet=~CAP_NET_ADMIN',
    'open',
  ],
  ['MemoryLimit=1G', 'MemoryMax=', 'closed'],
  ['PrivateUsers=yes', 'PrivateUsers=', 'unenforced'],
  ['UMask=0077', 'UMask=', 'closed'],
  ['UMask=0027', 'UMask=', 'closed'],
  ['UMask=0022', 'UMask=', 'open'],
]

for (const [lines, name, state] of rows)
  test(`${lines.replaceAll('\n', ', ') || 'nothing said'}: ${name} is ${state}`, () => {
    assert.equal(stateOf(lines, name), state)
  })

test('every measure says something, once, the heaviest first', () => {
  const { measures } = assessed('')
  assert.equal(new Set(measures.map(({ name }) => name)).size, measures.length)
  for (const [index, { weight, sentence }] of measures.entries()) {
    assert.ok(sentence.length > 10)
    assert.ok(weight <= (measures[index - 1]?.weight ?? 10) && weight >= 1)
  }
})

const measure = fc.record({
  weight: fc.integer({ min: 1, max: 10 }),
  state: fc.constantFrom<MeasureState>('closed', 'partly', 'open', 'unenforced', 'drifted'),
})

test('exposure is 0 where all is closed, 10 where nothing is, and never more for a measure that is taken', () => {
  fc.assert(
    fc.property(fc.array(measure, { minLength: 1 }), (measures) => {
      const all = (state: MeasureState) => measures.map(({ weight }) => ({ weight, state }))
      assert.equal(exposureOf(all('closed')), 0)
      assert.equal(exposureOf(all('open')), 10)
      const [first, ...rest] = measures
      assert.ok(exposureOf([{ ...first!, state: 'closed' }, ...rest]) <= exposureOf(measures))
    }),
  )
})

test('docs/isolation.md has every measure with its weight', () => {
  const page = readFileSync(join(import.meta.dirname, '..', '..', '..', 'docs', 'isolation.md'), 'utf8')
  for (const { name, weight } of assessed('').measures) {
    const line = page.split('\n').find((each) => each.startsWith(`| ${weight} | `))
    assert.ok(line?.includes(`\`${name}\``), `${name} ${weight}`)
  }
})
