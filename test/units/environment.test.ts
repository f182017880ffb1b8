import assert from 'node:assert/strict'
import { test } from 'node:test'
import { buildEnvironment, type EnvironmentSources, userEnvironment } from '../../src/units/environment.ts'

const variables = (values: Readonly<Record<string, string>>) =>
  Object.entries(values).map(([name, value]) => ({ name, value }))

const sources = (some: Partial<EnvironmentSources>): EnvironmentSources => ({
  base: { PATH: '/bin' },
  own: {},
  searchPath: [],
  pass: [],
  daemon: {},
  assignments: [],
  files: [],
  unset: [],
  ...some,
})

test('Environment= overrides what the daemon passes, and files override Environment=', () => {
  const environment = buildEnvironment(
    sources({
      pass: ['A', 'B', 'NOPE'],
      daemon: { A: 'daemon', B: 'daemon', SECRET: 'x' },
      assignments: variables({ A: 'unit', C: 'unit' }),
      files: [new Map([['C', 'file']]), new Map([['D', 'second']])],
    }),
  )
  assert.deepEqual(environment, { PATH: '/bin', A: 'unit', B: 'daemon', C: 'file', D: 'second' })
})

test('UnsetEnvironment= has the last word', () => {
  const environment = buildEnvironment(
    sources({ assignments: variables({ A: '1', B: '2', C: '3' }), unset: ['PATH', 'A', 'B=2', 'C=x'] }),
  )
  assert.deepEqual(environment, { C: '3' })
})

test('ExecSearchPath= becomes PATH', () => {
  assert.deepEqual(buildEnvironment(sources({ searchPath: ['/opt/bin', '/bin'] })), { PATH: '/opt/bin:/bin' })
})

test('a service with User= has the variables of a login, without those that say nothing', () => {
  assert.deepEqual(userEnvironment({ name: 'shop', home: '/srv/shop', shell: '/bin/bash' }), {
    HOME: '/srv/shop',
    LOGNAME: 'shop',
    USER: 'shop',
    SHELL: '/bin/bash',
  })
  assert.deepEqual(userEnvironment({ name: 'nobody', home: '/', shell: '/usr/sbin/nologin' }), {
    LOGNAME: 'nobody',
    USER: 'nobody',
  })
  assert.deepEqual(userEnvironment(undefined), {})
})
