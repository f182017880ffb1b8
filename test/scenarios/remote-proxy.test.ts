/** A remote and notifications behind an HTTP proxy: the names of the servers are known to the proxy alone. */
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { connectProxy } from '../support/connect-proxy.ts'
import { GitHttpsServer, missingForHttps } from '../support/git-https-server.ts'
import { Sandbox } from '../support/sandbox.ts'
import { temporaryDirectory } from '../support/temp-directory.ts'
import { staying, Upstream } from '../support/upstream.ts'

const missing = missingForHttps()
const skip = missing === undefined ? false : `${missing} is not installed`

describe('behind a proxy', { skip }, () => {
  const setUp = async (t: TestContext) => {
    const prefix = temporaryDirectory(t)
    const upstream = new Upstream(prefix)
    upstream.push({ 'web.service': staying('1') }, 'first')
    const server = new GitHttpsServer(prefix, upstream.projects)
    await server.start()
    t.after(() => server.end())
    const proxy = await connectProxy(t, 'ann:let me out')
    const password = join(prefix, 'password')
    writeFileSync(password, server.door.password, { mode: 0o600 })
    const proxyPassword = join(prefix, 'proxy-password')
    writeFileSync(proxyPassword, 'ann:let me out\n', { mode: 0o600 })
    const url = server.url('shop.git').replace('127.0.0.1', 'git.test')
    const sandbox = new Sandbox({
      settings: {
        REMOTE: url,
        REMOTE_USER: 'ada',
        REMOTE_PASSWORD_FILE: password,
        REMOTE_CA_FILE: server.caFile,
        PROXY: proxy.url,
        PROXY_PASSWORD_FILE: proxyPassword,
      },
    })
    t.after(() => sandbox.end())
    return { upstream, sandbox, proxy, proxyPassword, url }
  }

  test('a remote is fetched and pushed to, and what happened is told, by way of the proxy', async (t) => {
    const { upstream, sandbox, proxy, url } = await setUp(t)
    sandbox.env['GITPROC_NOTIFY_WEBHOOK'] = 'http://hooks.test/gitproc'
    await sandbox.start()
    await sandbox.until((status) => status.sync === 'Synced')
    upstream.push({ 'web.service': staying('2') }, 'second')
    assert.equal((await sandbox.gitproc('sync', '--wait')).status, 0)
    const back = await sandbox.gitproc('rollback', 'HEAD~1', '--yes')
    assert.equal(back.status, 0, back.stderr)
    assert.match(upstream.onServer('log', '-1', '--format=%s', 'main'), /^Roll back/)
    await sandbox.until(() => proxy.asked.includes('POST http://hooks.test/gitproc'))
    assert.ok(proxy.asked.includes(new URL(url).host))
    const said = sandbox.daemonOutput + (await sandbox.gitproc('status', '-o', 'json')).stdout
    assert.doesNotMatch(said, /let me out|let%20me%20out/)
    assert.doesNotMatch(said, new RegExp(Buffer.from('ann:let me out').toString('base64')))
  })

  test('a proxy that does not know us is named, with the file that helps', async (t) => {
    const { sandbox, proxy, proxyPassword } = await setUp(t)
    writeFileSync(proxyPassword, 'ann:guess\n')
    await sandbox.start()
    const refused = await sandbox.gitproc('sync')
    assert.match(refused.stderr, /the proxy before https:\/\/git\.test.* does not let us out: HTTP 407/)
    assert.match(refused.stderr, /proxy_password_file/)
    assert.doesNotMatch(refused.stderr + sandbox.daemonOutput, /guess/)
    assert.deepEqual(proxy.asked, [])
    writeFileSync(proxyPassword, 'ann:let me out\n')
    assert.equal((await sandbox.gitproc('sync', '--wait')).status, 0)
  })

  test('the proxy of the environment counts unless the configuration says none', async (t) => {
    const { sandbox, proxy } = await setUp(t)
    sandbox.env['GITPROC_PROXY'] = ''
    sandbox.env['https_proxy'] = proxy.url.replace('//', '//ann:let%20me%20out@')
    await sandbox.start()
    assert.equal((await sandbox.gitproc('sync', '--wait')).status, 0, sandbox.daemonOutput)
    assert.ok(proxy.asked.length > 0)
    assert.doesNotMatch(sandbox.daemonOutput, /let%20me%20out/)
    await sandbox.kill('SIGTERM')
    sandbox.env['GITPROC_PROXY'] = 'none'
    await sandbox.start()
    assert.match((await sandbox.gitproc('sync')).stderr, /cannot reach https:\/\/git\.test.*name/)
  })
})
