/** A remote over https: git-http-backend behind nginx, with TLS by a CA of its own, and every way of saying who we are. */
import assert from 'node:assert/strict'
import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { GitHttpsServer, missingForHttps } from '../support/git-https-server.ts'
import { Sandbox, type SandboxOptions } from '../support/sandbox.ts'
import { temporaryDirectory } from '../support/temp-directory.ts'
import { staying, Upstream } from '../support/upstream.ts'

const missing = missingForHttps()
const skip = missing === undefined ? false : `${missing} is not installed`

const pidOf = async (sandbox: Sandbox, unit = 'web.service'): Promise<number | undefined> =>
  (await sandbox.unit(unit)).mainPid

describe('a remote over https', { skip }, () => {
  const setUp = async (t: import('node:test').TestContext, settings: SandboxOptions['settings'] = {}) => {
    const prefix = temporaryDirectory(t)
    const upstream = new Upstream(prefix)
    const server = new GitHttpsServer(prefix, upstream.projects)
    await server.start()
    t.after(() => server.end())
    const passwordFile = join(prefix, 'password')
    writeFileSync(passwordFile, `${server.door.password}\n`, { mode: 0o600 })
    const sandbox = new Sandbox({
      settings: {
        REMOTE: server.url('shop.git'),
        REMOTE_USER: 'ada',
        REMOTE_PASSWORD_FILE: passwordFile,
        REMOTE_CA_FILE: server.caFile,
        ...settings,
      },
    })
    t.after(() => sandbox.end())
    return { prefix, upstream, server, sandbox, passwordFile }
  }

  test('a push is applied by gitproc sync, and a rollback is pushed as a commit', async (t) => {
    const { upstream, sandbox, server } = await setUp(t)
    const first = upstream.push({ 'web.service': staying('1'), 'other.service': staying('x') }, 'first')
    await sandbox.start()
    await sandbox.until((status) => status.sync === 'Synced')
    const other = await pidOf(sandbox, 'other.service')
    const second = upstream.push({ 'web.service': staying('2') }, 'second')
    const synced = await sandbox.gitproc('sync', '--wait')
    assert.equal(synced.status, 0, synced.stderr)
    const status = await sandbox.status()
    assert.equal(status.revision?.sha, second)
    assert.equal(status.repository.remote?.url, server.url('shop.git'))
    assert.equal(await pidOf(sandbox, 'other.service'), other)

    const back = await sandbox.gitproc('rollback', first.slice(0, 10), '--yes')
    assert.equal(back.status, 0, back.stderr)
    assert.match(upstream.onServer('log', '-1', '--format=%s', 'main'), /^Roll back to .*: first$/)
    assert.equal(upstream.onServer('diff', first, 'main', '--stat'), '')
    assert.equal((await sandbox.status()).revision?.sha, upstream.onServer('rev-parse', 'main'))
  })

  test('a server whose HEAD names no branch is followed all the same, in few exchanges', async (t) => {
    const { upstream, sandbox, prefix } = await setUp(t, { WATCH_BRANCH: 'main' })
    upstream.push({ 'web.service': staying('1') }, 'first')
    upstream.onServer('symbolic-ref', 'HEAD', 'refs/heads/nowhere')
    await sandbox.start()
    await sandbox.until((status) => status.sync === 'Synced')
    const requests = (): number =>
      readFileSync(join(prefix, 'https', 'access.log'), 'utf8')
        .trim()
        .split('\n').length
    const before = requests()
    const second = upstream.push({ 'web.service': staying('2') }, 'second')
    assert.equal((await sandbox.gitproc('sync', '--wait')).status, 0)
    assert.equal((await sandbox.status()).revision?.sha, second)
    assert.ok(requests() - before <= 3, `${requests() - before} exchanges`)
  })

  test('a password that has expired leaves everything running, and status says what helps', async (t) => {
    const { upstream, sandbox, server, passwordFile } = await setUp(t)
    upstream.push({ 'web.service': staying('1') })
    await sandbox.start()
    await sandbox.until((status) => status.sync === 'Synced')
    const pid = await pidOf(sandbox)
    writeFileSync(passwordFile, 'no longer right\n')
    const failed = await sandbox.gitproc('sync')
    assert.notEqual(failed.status, 0)
    assert.match(failed.stderr, /does not let us in: HTTP 401/)
    const status = await sandbox.status()
    assert.equal(status.sync, 'Unknown')
    assert.equal(status.notices[0]?.code, 'git/unauthorized')
    const { stdout } = await sandbox.gitproc('status')
    assert.match(stdout, /does not let us in: HTTP 401; next try in \d+[sm]/)
    assert.match(stdout, /renew what is in remote_password_file/)
    assert.equal(await pidOf(sandbox), pid)
    writeFileSync(passwordFile, server.door.password)
    assert.equal((await sandbox.gitproc('sync', '--wait')).status, 0)
    assert.deepEqual((await sandbox.status()).notices, [])
    assert.equal(await pidOf(sandbox), pid)
    for (const text of [sandbox.daemonOutput, stdout, failed.stderr]) {
      assert.doesNotMatch(text, /no longer right|open sesame|Basic /)
      assert.doesNotMatch(text, new RegExp(Buffer.from('ada:open sesame').toString('base64')))
    }
  })

  test('a certificate of an unknown CA is not trusted, and the setting that helps is named', async (t) => {
    const { upstream, sandbox } = await setUp(t, { REMOTE_CA_FILE: '' })
    upstream.push({ 'web.service': staying('1') })
    await sandbox.start()
    const failed = await sandbox.gitproc('sync')
    assert.match(failed.stderr, /certificate of https:.* is not trusted/)
    assert.match(failed.stderr, /remote_ca_file/)
    assert.equal((await sandbox.status()).notices[0]?.code, 'git/certificate')
  })

  test('a server that is down is asked again later, and the last good state runs across a restart', async (t) => {
    const { upstream, sandbox, server } = await setUp(t)
    upstream.push({ 'web.service': staying('1') })
    await sandbox.start()
    await sandbox.until((status) => status.sync === 'Synced')
    const pid = await pidOf(sandbox)
    await server.end()
    const failed = await sandbox.gitproc('sync')
    assert.match(failed.stderr, /cannot reach https:.*: it refuses connections/)
    await sandbox.kill()
    await sandbox.start()
    const status = await sandbox.until(({ notices }) =>
      notices.some(({ code }) => code === 'git/unreachable'),
    )
    assert.equal(status.units[0]?.mainPid, pid)
    assert.ok((status.notices[0]?.nextTryAtMs ?? 0) > Date.now() - 1000)
    const second = upstream.push({ 'web.service': staying('2') })
    await server.start()
    await sandbox.gitproc('sync', '--wait')
    assert.equal((await sandbox.status()).revision?.sha, second)
  })

  test('a token is sent as Bearer, and a client certificate opens a door of its own', async (t) => {
    const { upstream, sandbox, server, passwordFile } = await setUp(t)
    upstream.push({ 'web.service': staying('1') })
    writeFileSync(passwordFile, server.door.token)
    sandbox.env['GITPROC_REMOTE'] = server.urlFor('bearer', 'shop.git')
    sandbox.env['GITPROC_REMOTE_PASSWORD_FILE'] = ''
    sandbox.env['GITPROC_REMOTE_TOKEN_FILE'] = passwordFile
    await sandbox.start()
    assert.equal((await sandbox.gitproc('sync', '--wait')).status, 0, sandbox.daemonOutput)
    await sandbox.kill('SIGTERM')
    sandbox.env['GITPROC_REMOTE'] = server.urlFor('certificate', 'shop.git')
    sandbox.env['GITPROC_REMOTE_TOKEN_FILE'] = ''
    await sandbox.start()
    assert.match((await sandbox.gitproc('sync')).stderr, /HTTP 403/)
    await sandbox.kill('SIGTERM')
    sandbox.env['GITPROC_REMOTE_CERT_FILE'] = server.clientCertificate.cert
    sandbox.env['GITPROC_REMOTE_KEY_FILE'] = server.clientCertificate.key
    await sandbox.start()
    assert.equal((await sandbox.gitproc('sync', '--wait')).status, 0, sandbox.daemonOutput)
  })

  test('a password that others can read is not used', async (t) => {
    const { upstream, sandbox, passwordFile } = await setUp(t)
    upstream.push({ 'web.service': staying('1') })
    chmodSync(passwordFile, 0o640)
    await sandbox.start()
    const failed = await sandbox.gitproc('sync')
    assert.match(failed.stderr, /is not used: others may use it \(mode 640\)/)
    assert.match(failed.stderr, /chmod 600/)
  })

  test('a URL with a password in it is refused before anything runs, and not repeated', async (t) => {
    const { sandbox } = await setUp(t, { REMOTE: 'https://ada:open-sesame@git.example.org/shop.git' })
    for (const command of ['daemon', 'status']) {
      const refused = await sandbox.gitproc(command)
      assert.equal(refused.status, 64)
      assert.match(refused.stderr, /has credentials in it/)
      assert.doesNotMatch(refused.stdout + refused.stderr, /open-sesame/)
    }
  })
})
