/** Somebody else pushes at the moment at which a rollback is pushed: nothing of theirs is lost, and who went back is told. */
import assert from 'node:assert/strict'
import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import type { HistoryAnswer } from '../../src/api/contract.ts'
import { Sandbox } from '../support/sandbox.ts'
import { missingForSsh, SshServer } from '../support/ssh-server.ts'
import { temporaryDirectory } from '../support/temp-directory.ts'
import { staying, Upstream } from '../support/upstream.ts'

const running = async (t: TestContext, settings: Readonly<Record<string, string>>): Promise<Sandbox> => {
  const sandbox = new Sandbox({ settings })
  t.after(() => sandbox.end())
  await sandbox.start()
  return sandbox
}

/** Two commits that were pushed, and one that somebody is about to push. */
const threeCommits = (prefix: string) => {
  const upstream = new Upstream(prefix)
  const first = upstream.push({ 'web.service': staying('1') }, 'first')
  upstream.push({ 'web.service': staying('2') }, 'second')
  upstream.git('checkout', '-q', '-b', 'third')
  writeFileSync(join(upstream.workTree, 'db.service'), staying('db'))
  upstream.git('add', '--all')
  upstream.git('commit', '-q', '-m', 'third')
  return { upstream, first, third: upstream.git('rev-parse', 'third') }
}

/** A program that pushes a third commit, once; what it prints must not get between git and git. */
const otherPusher = (directory: string, { bare, workTree }: Upstream): string => {
  const script = join(directory, 'push-once')
  const lines = [
    '#!/bin/sh',
    `[ -e ${script}.done ] && exit 0`,
    `: >${script}.done`,
    // Whoever pushes elsewhere knows nothing of the push that is under way here.
    `exec env -i PATH="$PATH" HOME=/nonexistent git -C ${workTree} push -q ${bare} third:main </dev/null >&2`,
  ]
  writeFileSync(script, `${lines.join('\n')}\n`)
  chmodSync(script, 0o755)
  return script
}

const lostRace = async (sandbox: Sandbox, upstream: Upstream, third: string): Promise<void> => {
  const pid = (await sandbox.unit('web.service')).mainPid
  const refused = await sandbox.gitproc('rollback', 'HEAD~1', '--yes')
  assert.equal(refused.status, 1, refused.stdout)
  assert.match(refused.stderr, /nothing was pushed to .*: the branch has moved there meanwhile/)
  assert.match(refused.stderr, /gitproc sync, look at what is new, and try again/)
  assert.equal(upstream.onServer('rev-parse', 'main'), third, 'what the other one pushed is there')
  await sandbox.gitproc('sync')
  const status = await sandbox.until(({ revision }) => revision?.sha === third)
  assert.equal(status.sync, 'Synced')
  assert.deepEqual(status.notices, [])
  assert.equal((await sandbox.unit('web.service')).mainPid, pid)
  const { generations } = await sandbox.get<HistoryAnswer>('/v1/history?limit=10')
  assert.ok(!generations.some(({ origin }) => origin.startsWith('rollback')))
}

const secondTry = async (sandbox: Sandbox, upstream: Upstream, first: string): Promise<void> => {
  const back = await sandbox.gitproc('rollback', first, '--yes')
  assert.equal(back.status, 0, back.stderr)
  assert.match(upstream.onServer('log', '-2', '--format=%s', 'main'), /^Roll back to .*\nthird$/)
  assert.equal(
    upstream.onServer('rev-parse', 'main^{tree}'),
    upstream.onServer('rev-parse', `${first}^{tree}`),
  )
  const status = await sandbox.status()
  assert.deepEqual(
    status.units.map(({ name }) => name),
    ['web.service'],
  )
  assert.equal(status.sync, 'Synced')
}

test('somebody pushes between our fetch and our push', {
  skip: missingForSsh() === undefined ? false : `${missingForSsh()} is missing`,
}, async (t) => {
  const prefix = temporaryDirectory(t)
  const { upstream, first, third } = threeCommits(prefix)
  const server = new SshServer(prefix)
  await server.start()
  t.after(() => server.end())
  const sandbox = await running(t, {
    REMOTE: server.url(upstream.bare),
    REMOTE_SSH_KEY_FILE: server.clientKey,
  })
  await sandbox.gitproc('hostkey', 'accept', '--fingerprint', server.fingerprint)
  await sandbox.gitproc('sync')
  // Our push has come through the door, and has not been told where the branch is.
  const door = join(prefix, 'door')
  const push = otherPusher(prefix, upstream)
  writeFileSync(
    door,
    `#!/bin/sh\ncase $SSH_ORIGINAL_COMMAND in git-receive-pack*) ${push};; esac\neval exec $SSH_ORIGINAL_COMMAND\n`,
  )
  chmodSync(door, 0o755)
  server.admitThrough(door)
  await lostRace(sandbox, upstream, third)
  await secondTry(sandbox, upstream, first)
})

test('somebody pushes while the server takes in our push', async (t) => {
  const prefix = temporaryDirectory(t)
  const { upstream, first, third } = threeCommits(prefix)
  const sandbox = await running(t, { REMOTE: `file://${upstream.bare}` })
  await sandbox.gitproc('sync')
  const hook = join(upstream.bare, 'hooks', 'pre-receive')
  writeFileSync(hook, readFileSync(otherPusher(prefix, upstream)))
  chmodSync(hook, 0o755)
  await lostRace(sandbox, upstream, third)
  await secondTry(sandbox, upstream, first)
})
