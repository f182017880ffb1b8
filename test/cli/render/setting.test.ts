import assert from 'node:assert/strict'
import { test } from 'node:test'
import { settingName, settingText } from '../../../src/cli/render/setting.ts'

test('values of a plan read as in a unit file', () => {
  const texts: readonly (readonly [string, unknown, string])[] = [
    ['Service.MemoryMax', { kind: 'absolute', value: 2 ** 28 }, '256M'],
    ['Service.MemoryMax', { kind: 'percent', percent: 20 }, '20%'],
    ['Service.TasksMax', { kind: 'absolute', value: 64 }, '64'],
    ['Service.CPUQuota', 50, '50%'],
    ['Service.RestartSec', 1_500_000, '1.500s'],
    ['Service.RemainAfterExit', true, 'yes'],
    ['Service.Restart', 'on-failure', 'on-failure'],
    ['Unit.After', ['a.service', 'b.service'], 'a.service b.service'],
    ['Service.Environment', [{ name: 'PORT', value: '80' }], 'PORT=80'],
    ['Service.ExecStart', [{ path: '/bin/sleep', argv: ['/bin/sleep', '5'] }], '/bin/sleep 5'],
  ]
  for (const [directive, value, expected] of texts) {
    assert.equal(settingText(directive, JSON.stringify(value)), expected, directive)
  }
  assert.equal(settingText('Service.User', undefined), '(unset)')
})

test('a file that a unit names goes by its path', () => {
  assert.equal(settingName('Service.User'), 'User=')
  assert.equal(settingName('file conf/app.env'), 'conf/app.env')
})
