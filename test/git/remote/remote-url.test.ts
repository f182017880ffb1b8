import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { GitprocError } from '../../../src/base/error.ts'
import { parseRemoteUrl, remoteName } from '../../../src/git/remote/remote-url.ts'

const refusal = (text: string): GitprocError => {
  try {
    parseRemoteUrl(text)
  } catch (error) {
    assert.ok(error instanceof GitprocError)
    return error
  }
  throw new Error(`${text} was taken`)
}

test('the ways in which people write remotes are all understood', () => {
  const understood = (text: string) => {
    const { kind, host, port, path } = parseRemoteUrl(text)
    return [kind, host, port, path]
  }
  assert.deepEqual(understood('https://git.example.org/a/shop.git'), [
    'http',
    'git.example.org',
    undefined,
    '/a/shop.git',
  ])
  assert.deepEqual(understood('https://git.example.org:8443/shop'), [
    'http',
    'git.example.org',
    8443,
    '/shop',
  ])
  assert.deepEqual(understood('http://127.0.0.1:3000/shop'), ['http', '127.0.0.1', 3000, '/shop'])
  assert.deepEqual(understood('ssh://git@[::1]:2222/srv/shop.git'), ['ssh', '::1', 2222, '/srv/shop.git'])
  assert.deepEqual(understood('git@github.com:ada/shop.git'), [
    'ssh',
    'github.com',
    undefined,
    '/ada/shop.git',
  ])
  assert.deepEqual(understood('git.example.org:/srv/shop.git'), [
    'ssh',
    'git.example.org',
    undefined,
    '/srv/shop.git',
  ])
  assert.deepEqual(understood('git://git.example.org/shop'), ['git', 'git.example.org', undefined, '/shop'])
  assert.deepEqual(understood('file:///srv/my%20shop.git'), ['file', '', undefined, '/srv/my shop.git'])
  assert.deepEqual(understood('/srv/shop.git'), ['file', '', undefined, '/srv/shop.git'])
})

test('git@host:path is left to git as it is', () => {
  assert.equal(parseRemoteUrl('git@github.com:ada/shop.git').href, 'git@github.com:ada/shop.git')
})

test('a URL with a password is refused, and the password is not repeated', () => {
  for (const url of [
    'https://ada:hunter2@git.example.org/shop',
    'https://hunter2@git.example.org/shop',
    'ssh://git:hunter2@h/x',
  ]) {
    const { code, message, remedy } = refusal(url)
    assert.equal(code, 'config/invalid')
    assert.match(message, /credentials/)
    assert.doesNotMatch(message + remedy, /hunter2/)
  }
})

test('http without encryption is for this host only', () => {
  const { message, remedy } = refusal('http://git.example.org/shop.git')
  assert.match(message, /not encrypted/)
  assert.equal(remedy, 'remote = https://git.example.org/shop.git')
})

test('what would be an option or a program for git or ssh is refused', () => {
  for (const text of [
    'ssh://-oProxyCommand=id/x',
    '-oProxyCommand=id:x',
    'ext::sh -c id',
    'ssh://git@h;id/x',
    'fd::7',
    '--upload-pack=id',
    'shop.git',
    '',
  ])
    assert.equal(refusal(text).code, 'config/invalid', text)
})

test('no text makes the parser fail in another way, and none that is taken begins with a hyphen', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.string().map((text) => `ssh://${text}`),
        fc.string().map((text) => `file:///${text}`),
      ),
      (text) => {
        try {
          const { href, host } = parseRemoteUrl(text)
          assert.ok(!href.startsWith('-') && !host.startsWith('-'))
        } catch (error) {
          assert.ok(error instanceof GitprocError)
        }
      },
    ),
  )
})

test('a remote is called by the last part of its path', () => {
  assert.equal(remoteName(parseRemoteUrl('https://h/a/shop.git')), 'shop')
  assert.equal(remoteName(parseRemoteUrl('/srv/shop/.git')), 'shop')
})
