import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { parseProxy, proxyFor } from '../../../src/git/remote/proxy.ts'
import { temporaryDirectory } from '../../support/temp-directory.ts'

const target = new URL('https://git.example.org/shop.git')
const ofEnvironment = { url: undefined, passwordFile: undefined }

test('the proxy of the environment is that of curl, and the configuration comes first', () => {
  const environment = { https_proxy: 'proxy.example.org:3128', no_proxy: '.local' }
  assert.deepEqual(proxyFor(target, ofEnvironment, environment), {
    https_proxy: 'http://proxy.example.org:3128/',
    http_proxy: 'http://proxy.example.org:3128/',
    no_proxy: '.local',
  })
  const ours = { url: parseProxy('http://ours:8080'), passwordFile: undefined }
  assert.equal(proxyFor(target, ours, environment)?.https_proxy, 'http://ours:8080/')
  assert.equal(proxyFor(target, { ...ours, url: 'none' }, environment), undefined)
  assert.equal(proxyFor(target, ofEnvironment, {}), undefined)
  assert.equal(proxyFor(new URL('http://x/'), ofEnvironment, { HTTP_PROXY: 'http://httpoxy' }), undefined)
})

test('this host is never asked for by way of a proxy', () => {
  for (const host of ['localhost', '127.0.0.1', '[::1]'])
    assert.equal(
      proxyFor(new URL(`https://${host}/x`), ofEnvironment, { https_proxy: 'http://p:1' }),
      undefined,
    )
})

test('the password of the proxy stands in a file, whatever characters it has', (t) => {
  const passwordFile = join(temporaryDirectory(t), 'proxy')
  writeFileSync(passwordFile, 'ann:p@ss:w/rd\n', { mode: 0o600 })
  const proxy = proxyFor(target, { url: parseProxy('http://ours:8080'), passwordFile }, {})
  const url = new URL(proxy?.https_proxy ?? '')
  assert.deepEqual([url.username, decodeURIComponent(url.password)], ['ann', 'p@ss:w/rd'])
})

test('a proxy that is none, or has a password in its URL, is refused with what helps', () => {
  assert.throws(() => parseProxy('socks5://p:1080'), /is no HTTP proxy/)
  assert.throws(() => parseProxy('p:1080'), /is no HTTP proxy/)
  assert.throws(
    () => parseProxy('http://ann:secret@p:1'),
    (error: Error & { remedy?: string }) =>
      /no place for a secret/.test(error.message) &&
      !/secret@/.test(error.message) &&
      /proxy_password_file/.test(error.remedy ?? ''),
  )
  const environment = { https_proxy: 'socks5://ann:secret@p:1080' }
  assert.throws(
    () => proxyFor(target, ofEnvironment, environment),
    (error: Error) =>
      /https_proxy in the environment is no HTTP proxy/.test(error.message) && !/secret/.test(error.message),
  )
})
