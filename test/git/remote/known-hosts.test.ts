import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { parseSshHost } from '../../../src/git/remote/host-key-scan.ts'
import {
  acceptHostKeys,
  fingerprint,
  parseHostKeys,
  readHostKeys,
} from '../../../src/git/remote/known-hosts.ts'
import { temporaryDirectory } from '../../support/temp-directory.ts'

/** GitHub's, as docs.github.com publishes it with its fingerprint. */
const github = 'github.com ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl'

test('a fingerprint is the one that administrators publish', () => {
  const [key] = parseHostKeys(github)
  assert.equal(key && fingerprint(key), 'SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU')
})

test('comments, hashed names and noise are no keys', () => {
  assert.deepEqual(parseHostKeys(`# ${github}\n|1|abc= ssh-rsa AAAA\nwhat is this\n\n`), [])
})

test('accepting replaces the keys of that host and leaves others, in a file of our own', (t) => {
  const file = join(temporaryDirectory(t), 'known_hosts')
  const [key] = parseHostKeys(github)
  assert.ok(key)
  acceptHostKeys(file, 'github.com', [key])
  acceptHostKeys(file, '[other]:2222', [{ ...key, host: '[other]:2222' }])
  acceptHostKeys(file, 'github.com', [{ ...key, type: 'ssh-rsa' }])
  assert.deepEqual(
    readHostKeys(file).map(({ host, type }) => [host, type]),
    [
      ['[other]:2222', 'ssh-ed25519'],
      ['github.com', 'ssh-rsa'],
    ],
  )
  assert.equal(statSync(file).mode & 0o777, 0o600)
})

test('ssh itself finds the accepted key in the file', (t) => {
  const file = join(temporaryDirectory(t), 'known_hosts')
  writeFileSync(file, '')
  const [key] = parseHostKeys(github)
  assert.ok(key)
  acceptHostKeys(file, '[git.example.org]:2222', [{ ...key, host: '[git.example.org]:2222' }])
  const found = execFileSync('ssh-keygen', ['-F', '[git.example.org]:2222', '-f', file]).toString()
  assert.match(found, /ssh-ed25519/)
})

test('hosts are named with and without a port, and never as an option', () => {
  assert.deepEqual(parseSshHost('git.example.org'), { host: 'git.example.org', port: undefined })
  assert.deepEqual(parseSshHost('git.example.org:2222'), { host: 'git.example.org', port: 2222 })
  assert.deepEqual(parseSshHost('[::1]:22'), { host: '::1', port: 22 })
  for (const text of ['-oProxyCommand=id', 'a b', 'host:99999', 'host:', ''])
    assert.equal(parseSshHost(text), undefined)
})
