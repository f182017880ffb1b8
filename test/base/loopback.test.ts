import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { hostOf, isLoopback, parseLoopbackAddress } from '../../src/base/loopback.ts'

describe('a loopback address', () => {
  for (const [text, host, port] of [
    ['9645', '127.0.0.1', 9645],
    ['127.0.0.1:9645', '127.0.0.1', 9645],
    ['localhost:80', '127.0.0.1', 80],
    ['127.8.0.9:0', '127.8.0.9', 0],
    ['[::1]:65535', '::1', 65535],
  ] as const)
    test(`is read from ${text}`, () => assert.deepEqual(parseLoopbackAddress(text), { host, port }))

  for (const text of [
    '',
    '0.0.0.0:80',
    ':80',
    '[::]:80',
    '::1:80',
    '10.0.0.1:80',
    '127.0.0.1',
    '80x',
    '127.0.0.1:65536',
  ])
    test(`is not "${text}", which others may reach or nobody`, () =>
      assert.equal(parseLoopbackAddress(text), undefined))

  test('is told from the name of a stranger in a Host header', () => {
    for (const header of ['localhost:9645', '127.0.0.1', '[::1]:9645', '[::1]'])
      assert.ok(isLoopback(hostOf(header)))
    for (const header of ['evil.example:9645', '127.0.0.1.evil.example', '', 'localhost.evil.example'])
      assert.ok(!isLoopback(hostOf(header)))
  })
})
