import assert from 'node:assert/strict'
import { test } from 'node:test'
import { configFlagsOf, daemonFlags } from '../../src/cli/global-flags.ts'
import { configKeys } from '../../src/config-keys.ts'

test('every key of the configuration is a flag of gitproc daemon', () => {
  const flags = Object.keys(daemonFlags).map((name) => name.replaceAll('-', '_'))
  assert.deepEqual(
    Object.keys(configKeys).filter((key) => !flags.includes(key)),
    [],
  )
})

test('only flags that are keys reach the configuration', () => {
  assert.deepEqual(configFlagsOf({ 'state-dir': '/x', output: 'json', wait: true, config: '/y' }), {
    state_dir: '/x',
    config: '/y',
  })
})
