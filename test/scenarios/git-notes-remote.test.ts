/** Results in the repository of a remote: several hosts write there, by every way that a remote can be reached. */
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { openRemote } from '../../src/git/open-repository.ts'
import { scanHostKeys } from '../../src/git/remote/host-key-scan.ts'
import { acceptHostKeys } from '../../src/git/remote/known-hosts.ts'
import { noProxy } from '../../src/git/remote/proxy.ts'
import type { RemoteRepository } from '../../src/git/remote/remote-repository.ts'
import type { Identity } from '../../src/git/remote/transport.ts'
import { systemClock } from '../../src/system-clock.ts'
import { accepting, freePort } from '../support/free-port.ts'
import { GitHttpsServer, missingForHttps } from '../support/git-https-server.ts'
import { Sandbox } from '../support/sandbox.ts'
import { ServerProcess } from '../support/server-process.ts'
import { missingForSsh, SshServer } from '../support/ssh-server.ts'
import { temporaryDirectory } from '../support/temp-directory.ts'
import { staying, Upstream } from '../support/upstream.ts'

const identity: Identity = {
  user: undefined,
  passwordFile: undefined,
  tokenFile: undefined,
  caFile: undefined,
  certificateFile: undefined,
  certificateKeyFile: undefined,
  sshKeyFile: undefined,
}

interface Way {
  readonly url: string
  readonly identity: Identity
  /** What a host has to do before it is let in. */
  readonly prepare?: (stateDirectory: string) => Promise<void>
}

const host = async (t: TestContext, { url, identity, prepare }: Way): Promise<RemoteRepository> => {
  const stateDirectory = temporaryDirectory(t)
  await prepare?.(stateDirectory)
  const limits = { timeoutMs: 60_000, maxBytes: 1 << 28 }
  const repository = openRemote({
    ...{ url, identity, stateDirectory, limits, proxy: noProxy, folder: '', pollMs: 3_600_000, depth: 50 },
    clock: systemClock,
    random: Math.random,
  })
  t.after(() => repository.close())
  return repository
}

/** Two hosts write at the same time, each about the same two commits; nothing of it may be lost. */
const writeTogether = async (t: TestContext, upstream: Upstream, way: Way): Promise<void> => {
  const commits = ['first', 'second'].map((subject) =>
    upstream.push({ 'web.service': staying(subject) }, subject),
  )
  const before = upstream.onServer('rev-parse', 'main')
  const hosts = [await host(t, way), await host(t, way)]
  const wrote = await Promise.all(
    hosts.map(async (repository, index) => {
      const lines: string[] = []
      for (const [turn, commit] of [...commits, ...commits].entries()) {
        lines.push(`${commit} host${index}: Healthy, generation ${turn}`)
        await repository.annotate(commit, `host${index}: Healthy, generation ${turn}`)
        // As after a death in between: told once more, written once.
        await repository.annotate(commit, `host${index}: Healthy, generation ${turn}`)
      }
      return lines
    }),
  )
  const found = commits.flatMap((commit) =>
    upstream
      .onServer('notes', '--ref=gitproc', 'show', commit)
      .split('\n')
      .map((line) => `${commit} ${line}`),
  )
  assert.deepEqual(found.toSorted(), wrote.flat().toSorted())
  assert.equal(upstream.onServer('fsck', '--strict', '--no-dangling'), '')
  assert.equal(upstream.onServer('rev-parse', 'main'), before)
  assert.equal(upstream.onServer('rev-list', '--count', 'refs/notes/gitproc'), '8')
}

test('two hosts write notes at once into a repository of this machine', async (t) => {
  const upstream = new Upstream(temporaryDirectory(t))
  await writeTogether(t, upstream, { url: `file://${upstream.bare}`, identity })
})

test('two hosts write notes at once by git daemon', async (t) => {
  const upstream = new Upstream(temporaryDirectory(t))
  const port = await freePort()
  const where = [`--base-path=${upstream.projects}`, '--listen=127.0.0.1', `--port=${port}`]
  const server = new ServerProcess('git', ['daemon', '--export-all', '--enable=receive-pack', ...where])
  t.after(() => server.end())
  await accepting(port, () => server.output)
  await writeTogether(t, upstream, { url: `git://127.0.0.1:${port}/shop.git`, identity })
})

const noHttps = missingForHttps()
test('two hosts write notes at once over https', {
  skip: noHttps && `${noHttps} is not installed`,
}, async (t) => {
  const prefix = temporaryDirectory(t)
  const upstream = new Upstream(prefix)
  const server = new GitHttpsServer(prefix, upstream.projects)
  await server.start()
  t.after(() => server.end())
  const passwordFile = join(prefix, 'password')
  writeFileSync(passwordFile, server.door.password, { mode: 0o600 })
  await writeTogether(t, upstream, {
    url: server.url('shop.git'),
    identity: { ...identity, user: 'ada', passwordFile, caFile: server.caFile },
  })
})

const noSsh = missingForSsh()
test('two hosts write notes at once over ssh', { skip: noSsh && `${noSsh} is missing` }, async (t) => {
  const prefix = temporaryDirectory(t)
  const upstream = new Upstream(prefix)
  const server = new SshServer(prefix)
  await server.start()
  t.after(() => server.end())
  await writeTogether(t, upstream, {
    url: server.url(upstream.bare),
    identity: { ...identity, sshKeyFile: server.clientKey },
    prepare: async (stateDirectory) => {
      const keys = await scanHostKeys({ host: '127.0.0.1', port: server.port })
      acceptHostKeys(join(stateDirectory, 'known_hosts'), `[127.0.0.1]:${server.port}`, keys)
    },
  })
})

test('how a generation ended is pushed; a remote that takes no notes is said, and holds up nothing', async (t) => {
  const upstream = new Upstream(temporaryDirectory(t))
  upstream.push({ 'web.service': staying('1') }, 'first')
  upstream.onServer('notes', '--ref=gitproc', 'add', '-m', 'by another host', 'main')
  const sandbox = new Sandbox({ settings: { REMOTE: `file://${upstream.bare}`, GIT_NOTES: 'yes' } })
  t.after(() => sandbox.end())
  const hook = join(upstream.bare, 'hooks', 'update')
  await sandbox.start()
  await sandbox.until((status) => status.sync === 'Synced')
  await sandbox.until(() => /Healthy/.test(upstream.onServer('notes', '--ref=gitproc', 'show', 'main')))
  assert.match(
    upstream.onServer('log', '--notes=gitproc', '--format=%s|%N', 'main'),
    /^first\|by another host\n+\S+: Healthy, generation 1, \d{4}-\S+Z$/m,
  )
  writeFileSync(
    hook,
    '#!/bin/sh\n[ "$1" != refs/notes/gitproc ] || { echo "no notes here" >&2; exit 1; }\n',
    {
      mode: 0o755,
    },
  )
  const second = upstream.push({ 'web.service': staying('2') }, 'second')
  await sandbox.gitproc('sync', '--wait')
  const status = await sandbox.until(({ notices }) =>
    notices.some(({ text }) => text.startsWith('git notes:')),
  )
  assert.equal(status.revision?.sha, second)
  assert.equal(status.sync, 'Synced')
  assert.match(
    (await sandbox.gitproc('status')).stdout,
    /git notes: not delivered: .*did not take the commit/s,
  )
  const { stdout: events } = await sandbox.gitproc('events', '--no-follow')
  assert.match(events, /notification by git notes given up after 1 attempts/)
})
