/** A remote over ssh: Debian's openssh-server, host keys that somebody accepted, and what is said when they change. */
import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import { Sandbox } from '../support/sandbox.ts'
import { missingForSsh, SshServer } from '../support/ssh-server.ts'
import { temporaryDirectory } from '../support/temp-directory.ts'
import { staying, Upstream } from '../support/upstream.ts'

const missing = missingForSsh()
const skip = missing === undefined ? false : `${missing} is missing`

describe('a remote over ssh', { skip }, () => {
  const setUp = async (t: TestContext) => {
    const prefix = temporaryDirectory(t)
    const upstream = new Upstream(prefix)
    upstream.push({ 'web.service': staying('1') }, 'first')
    const server = new SshServer(prefix)
    await server.start()
    t.after(() => server.end())
    const sandbox = new Sandbox({
      settings: { REMOTE: server.url(upstream.bare), REMOTE_SSH_KEY_FILE: server.clientKey },
    })
    t.after(() => sandbox.end())
    await sandbox.start()
    return { upstream, server, sandbox }
  }

  const accept = async ({ sandbox, server }: { sandbox: Sandbox; server: SshServer }): Promise<void> => {
    const accepted = await sandbox.gitproc('hostkey', 'accept', '--fingerprint', server.fingerprint)
    assert.equal(accepted.status, 0, accepted.stderr)
    const synced = await sandbox.gitproc('sync', '--wait')
    assert.equal(synced.status, 0, synced.stderr)
  }

  test('nothing is fetched from a server that nobody accepted, and status says how to', async (t) => {
    const { sandbox, server } = await setUp(t)
    const failed = await sandbox.gitproc('sync')
    assert.notEqual(failed.status, 0)
    const { stdout } = await sandbox.gitproc('status')
    const [notice] = (await sandbox.status()).notices
    assert.equal(notice?.code, 'git/host-key')
    assert.match(stdout, /the host key of 127\.0\.0\.1:\d+ is not known: nobody has accepted it yet/)
    assert.match(stdout, new RegExp(`gitproc hostkey accept 127\\.0\\.0\\.1:${server.port}`))
  })

  test('the key of a server is accepted by its fingerprint only, and then its branch is applied', async (t) => {
    const { sandbox, server } = await setUp(t)
    const unsure = await sandbox.gitproc('hostkey', 'accept', `127.0.0.1:${server.port}`)
    assert.match(unsure.stdout, new RegExp(server.fingerprint.replace(/[+/]/g, '.')))
    assert.match(unsure.stderr, /nothing was accepted/)
    const wrong = await sandbox.gitproc('hostkey', 'accept', '--fingerprint', `SHA256:${'A'.repeat(43)}`)
    assert.match(wrong.stderr, /has no key with the fingerprint/)
    assert.match((await sandbox.gitproc('hostkey', 'list')).stdout, /No host key has been accepted/)
    await accept({ sandbox, server })
    const listed = await sandbox.gitproc('hostkey', 'list', '-o', 'json')
    assert.deepEqual(
      JSON.parse(listed.stdout).map((key: { fingerprint: string }) => key.fingerprint),
      [server.fingerprint],
    )
    assert.equal((await sandbox.status()).sync, 'Synced')
  })

  test('a push and a rollback go over ssh', async (t) => {
    const { sandbox, server, upstream } = await setUp(t)
    await accept({ sandbox, server })
    const second = upstream.push({ 'web.service': staying('2') }, 'second')
    await sandbox.gitproc('sync', '--wait')
    assert.equal((await sandbox.status()).revision?.sha, second)
    const back = await sandbox.gitproc('rollback', 'HEAD~1', '--yes')
    assert.equal(back.status, 0, back.stderr)
    assert.match(upstream.onServer('log', '-1', '--format=%s', 'main'), /^Roll back to/)
  })

  test('a host key that has changed stops the fetching, and nothing that runs', async (t) => {
    const { sandbox, server, upstream } = await setUp(t)
    await accept({ sandbox, server })
    const pid = (await sandbox.unit('web.service')).mainPid
    await server.end()
    server.newHostKey()
    await server.start()
    upstream.push({ 'web.service': staying('2') }, 'behind a new key')
    assert.notEqual((await sandbox.gitproc('sync')).status, 0)
    const { stdout } = await sandbox.gitproc('status')
    assert.match(stdout, /is not the one that was accepted: it was changed, or somebody stands in between/)
    assert.match(stdout, /gitproc hostkey accept 127\.0\.0\.1:\d+/)
    assert.equal((await sandbox.unit('web.service')).mainPid, pid)
    await accept({ sandbox, server })
    assert.equal((await sandbox.status()).sync, 'Synced')
  })

  test('a key that the server no longer takes is said to be refused', async (t) => {
    const { sandbox, server } = await setUp(t)
    await accept({ sandbox, server })
    const pid = (await sandbox.unit('web.service')).mainPid
    server.forgetClients()
    const failed = await sandbox.gitproc('sync')
    assert.match(failed.stderr, /does not let us in: .*Permission denied \(publickey/)
    assert.match(failed.stderr, /remote_ssh_key_file/)
    assert.equal((await sandbox.status()).notices[0]?.code, 'git/unauthorized')
    assert.equal((await sandbox.unit('web.service')).mainPid, pid)
  })
})
