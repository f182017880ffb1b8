/** A branch that must be signed: what is refused, what the daemon says of it, and that services never move meanwhile. */
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import type { HistoryAnswer, PlanAnswer, StatusAnswer } from '../../src/api/contract.ts'
import { Sandbox } from '../support/sandbox.ts'
import { allowedSigners, type SigningKey, SigningKeys } from '../support/signing-keys.ts'
import { temporaryDirectory } from '../support/temp-directory.ts'

const sleeper = (n: number): string => `[Service]\nExecStart=/bin/sleep ${1000 + n}\n`

interface Place {
  readonly sandbox: Sandbox
  readonly ada: SigningKey
  readonly eve: SigningKey
}

interface Wish {
  readonly kind?: 'ssh' | 'gpg'
  readonly settings?: Readonly<Record<string, string>>
}

/** A daemon that trusts Ada's key and runs web.service from her first commit. */
const trusting = async (t: TestContext, { kind = 'ssh', settings = {} }: Wish = {}): Promise<Place> => {
  const directory = temporaryDirectory(t)
  const keys = new SigningKeys(directory)
  t.after(() => keys.end())
  const make = (name: string): SigningKey =>
    kind === 'ssh' ? keys.ssh(name) : keys.gpg(`${name}@example.org`)
  const [ada, eve] = [make('ada'), make('eve')]
  const file = join(directory, 'trusted')
  if (kind === 'ssh') writeFileSync(file, allowedSigners({ 'ada@example.org': ada }))
  else writeFileSync(file, keys.gpgRun('--export', 'ada@example.org'))
  const trusted = kind === 'ssh' ? { ALLOWED_SIGNERS: file } : { GPG_KEYRING: file }
  const sandbox = new Sandbox({ settings: { VERIFY_COMMITS: 'all', ...trusted, ...settings } })
  t.after(() => sandbox.end())
  await sandbox.init()
  const place = { sandbox, ada, eve }
  await commit(place, ada, 1)
  await sandbox.start()
  await sandbox.synced()
  return place
}

/** Commits web.service with another argument, signed by whom the key belongs to. */
const commit = async ({ sandbox }: Place, key: SigningKey | undefined, n: number): Promise<string> => {
  writeFileSync(join(sandbox.repo, 'web.service'), sleeper(n))
  await sandbox.git('add', '-A')
  // What comes last on the command line counts: the sandbox itself says commit.gpgsign=false.
  await sandbox.git(...(key?.gitArguments ?? []), 'commit', '-q', '--allow-empty', '-m', `web ${n}`)
  return sandbox.git('rev-parse', 'HEAD')
}

const web = (status: StatusAnswer) => status.units.find((unit) => unit.name === 'web.service')!

const assertRefused = (status: StatusAnswer, words: RegExp): void => {
  assert.deepEqual([status.sync, status.syncReason], ['OutOfSync', 'Refused'])
  const notice = status.notices.find(({ text }) => words.test(text))
  assert.ok(notice, JSON.stringify(status.notices))
  assert.ok(notice.remedy)
}

for (const kind of ['ssh', 'gpg'] as const)
  test(`an unsigned commit in the middle of a range is refused, with ${kind} keys, and the service never moves`, async (t) => {
    const place = await trusting(t, { kind })
    const { sandbox, ada } = place
    const before = web(await sandbox.status())
    assert.equal(before.subState, 'running')
    await sandbox.git('checkout', '-q', '-b', 'work')
    await commit(place, ada, 2)
    const unsigned = await commit(place, undefined, 3)
    const tip = await commit(place, ada, 4)
    await sandbox.git('branch', '-f', 'main', tip)
    const status = await sandbox.synced()
    const complaint = new RegExp(
      `commit ${unsigned.slice(0, 7)} "web 3" by Ada is not trusted: it is not signed`,
    )
    assertRefused(status, complaint)
    const plans = [['plan'], ['plan', unsigned], ['plan', `${unsigned}~1`]]
    const planned = await Promise.all(plans.map((words) => sandbox.gitproc(...words, '-o', 'json')))
    const [ofTip, ofUnsigned, ofSigned] = planned.map(({ stdout }) => JSON.parse(stdout) as PlanAnswer)
    assert.match(ofTip?.waits?.why ?? '', complaint)
    assert.match(ofUnsigned?.waits?.why ?? '', complaint)
    assert.equal(ofSigned?.waits, undefined)
    assert.equal(web(status).mainPid, before.mainPid)
    assert.equal(status.pending?.revision.sha, tip)
    const { stdout } = await sandbox.gitproc('history', '-n', '1')
    assert.match(stdout, /Refused/)
    const why = await sandbox.gitproc('why', 'web')
    assert.match(
      why.stdout.replace(/\s+/g, ' '),
      /Generation 1 \(boot, signed by ada@example\.org\) asked to start it/,
    )
  })

test('under verify_commits=head only the tip counts', async (t) => {
  const place = await trusting(t, { settings: { VERIFY_COMMITS: 'head' } })
  const { sandbox, ada } = place
  await sandbox.kill('SIGTERM')
  await commit(place, undefined, 2)
  await commit(place, ada, 3)
  await sandbox.start()
  const status = await sandbox.synced()
  assert.equal(status.sync, 'Synced')
  const tip = await commit(place, undefined, 4)
  const refused = await sandbox.until(({ syncReason }) => syncReason === 'Refused')
  assertRefused(refused, new RegExp(`${tip.slice(0, 7)} "web 4" by Ada is not trusted: it is not signed`))
})

test('a commit by a key that is not trusted is refused, and applied once the key is', async (t) => {
  const place = await trusting(t)
  const { sandbox, ada, eve } = place
  await commit(place, eve, 2)
  const refused = await sandbox.until(({ syncReason }) => syncReason === 'Refused')
  assertRefused(refused, /is none of the allowed signers/)
  writeFileSync(sandbox.env['GITPROC_ALLOWED_SIGNERS']!, allowedSigners({ ada, eve }))
  assert.equal((await sandbox.synced()).sync, 'Synced')
})

test('a branch moved back to an older signed commit is refused, also by the next daemon, until an operator allows it', async (t) => {
  const place = await trusting(t)
  const { sandbox, ada } = place
  const old = await sandbox.git('rev-parse', 'HEAD')
  const newest = await commit(place, ada, 2)
  await sandbox.until((status) => status.revision?.sha === newest && status.sync === 'Synced')
  const { mainPid } = web(await sandbox.status())
  await sandbox.git('reset', '-q', '--hard', old)
  const words = /was moved back to an earlier commit/
  assertRefused(await sandbox.until(({ syncReason }) => syncReason === 'Refused'), words)
  await sandbox.kill()
  await sandbox.start()
  const again = await sandbox.synced()
  assertRefused(again, words)
  assert.equal(web(again).mainPid, mainPid)
  assert.equal((await sandbox.gitproc('sync', '--allow-rewind')).status, 0)
  const allowed = await sandbox.status()
  assert.deepEqual([allowed.sync, allowed.revision?.sha], ['Synced', old])
  assert.match(JSON.stringify(allowed.notices), /an operator allowed it/)
})

test('a rollback that this daemon commits needs no signature, and a commit that imitates one does', async (t) => {
  const place = await trusting(t)
  const { sandbox, ada } = place
  const first = await sandbox.git('rev-parse', 'HEAD')
  const second = await commit(place, ada, 2)
  await sandbox.until((status) => status.revision?.sha === second && status.sync === 'Synced')
  assert.equal((await sandbox.gitproc('rollback', first, '--yes')).status, 0)
  const back = await sandbox.synced()
  assert.equal(back.sync, 'Synced')
  assert.match(back.revision!.subject, /^Roll back to/)
  const ahead = await commit(place, ada, 3)
  await sandbox.until((status) => status.revision?.sha === ahead && status.sync === 'Synced')
  const message = await sandbox.git('log', '-1', '--format=%B', `${ahead}~1`)
  writeFileSync(join(sandbox.repo, 'web.service'), sleeper(1))
  await sandbox.git('commit', '-qam', message)
  assertRefused(await sandbox.until(({ syncReason }) => syncReason === 'Refused'), /it is not signed/)
})

test('a rollback takes the branch past a commit that was refused', async (t) => {
  const place = await trusting(t)
  const { sandbox, ada } = place
  const first = await sandbox.git('rev-parse', 'HEAD')
  const unsigned = await commit(place, undefined, 2)
  await sandbox.until(({ syncReason }) => syncReason === 'Refused')
  assert.equal((await sandbox.gitproc('rollback', first, '--yes')).status, 0)
  assert.equal((await sandbox.synced()).sync, 'Synced')
  assert.equal((await sandbox.gitproc('rollback', unsigned, '--yes', '--pin')).status, 1)
  const refused = await sandbox.gitproc('rollback', unsigned, '--yes')
  assert.equal(refused.status, 1)
  assert.match(refused.stderr, /cannot be gone back to: commit .* is not trusted/)
  await commit(place, ada, 3)
  assert.equal((await sandbox.synced()).sync, 'Synced')
})

test('a force push is followed with a warning, which the next ordinary commit ends', async (t) => {
  const sandbox = new Sandbox()
  t.after(() => sandbox.end())
  await sandbox.init({ 'web.service': sleeper(1) })
  await sandbox.start()
  await sandbox.synced()
  await sandbox.git('commit', '-q', '--amend', '-m', 'rewritten')
  const status = await sandbox.until(({ revision }) => revision?.subject === 'rewritten')
  assert.match(JSON.stringify(status.notices), /main was rewritten by a force push/)
  await sandbox.until(() => /branch moved in an unusual way/.test(sandbox.daemonOutput))
  const next = await sandbox.deploy({ 'web.service': sleeper(2) })
  assert.deepEqual([next.sync, next.notices], ['Synced', []])
})

test('with on_force_push=refuse the last state stays, until the branch is put back', async (t) => {
  const sandbox = new Sandbox({ settings: { ON_FORCE_PUSH: 'refuse' } })
  t.after(() => sandbox.end())
  await sandbox.init({ 'web.service': sleeper(1) })
  await sandbox.start()
  const good = (await sandbox.synced()).revision!.sha
  const { mainPid } = web(await sandbox.status())
  writeFileSync(join(sandbox.repo, 'web.service'), sleeper(2))
  await sandbox.git('commit', '-qa', '--amend', '-m', 'rewritten')
  const status = await sandbox.until(({ syncReason }) => syncReason === 'Refused')
  assertRefused(status, /main was rewritten by a force push .*; on_force_push = refuse/)
  assert.equal(web(status).mainPid, mainPid)
  for (let poll = 0; poll < 5; poll++) await sandbox.synced()
  const { generations } = await sandbox.get<HistoryAnswer>('/v1/history?limit=100')
  assert.equal(generations.filter(({ outcome }) => outcome === 'Refused').length, 1)
  await sandbox.git('reset', '-q', '--hard', good)
  const back = await sandbox.synced()
  assert.deepEqual([back.sync, web(back).mainPid], ['Synced', mainPid])
})

test('an unsigned commit that a merge brings in is found', async (t) => {
  const place = await trusting(t)
  const { sandbox, ada } = place
  await sandbox.git('checkout', '-q', '-b', 'side')
  const unsigned = await commit(place, undefined, 2)
  await sandbox.git('checkout', '-q', '-b', 'other', 'main')
  writeFileSync(join(sandbox.repo, 'more.service'), sleeper(1))
  await sandbox.git('add', '-A')
  await sandbox.git(...ada.gitArguments, 'commit', '-qm', 'more')
  await sandbox.git(...ada.gitArguments, 'merge', '-q', '--no-ff', '-S', '-m', 'merge side', 'side')
  await sandbox.git('branch', '-f', 'main', 'other')
  const status = await sandbox.until(({ syncReason }) => syncReason === 'Refused')
  assertRefused(status, new RegExp(`commit ${unsigned.slice(0, 7)} "web 2" by Ada is not trusted`))
})

test('a commit that a force push had left does not come back unasked', async (t) => {
  const place = await trusting(t)
  const { sandbox, ada } = place
  const root = await sandbox.git('rev-parse', 'HEAD')
  const left = await commit(place, ada, 2)
  await sandbox.until(({ revision, sync }) => revision?.sha === left && sync === 'Synced')
  await sandbox.git('reset', '-q', '--soft', root)
  await sandbox.git(...ada.gitArguments, 'commit', '-q', '--allow-empty', '-m', 'another way')
  const rewritten = await sandbox.until(({ revision }) => revision?.subject === 'another way')
  assert.match(JSON.stringify(rewritten.notices), /rewritten by a force push/)
  await sandbox.git('reset', '-q', '--hard', left)
  assertRefused(
    await sandbox.until(({ syncReason }) => syncReason === 'Refused'),
    /moved back to an earlier commit/,
  )
})

test('where trusted keys cannot be read nothing new is applied, and what runs goes on', async (t) => {
  const place = await trusting(t)
  const { sandbox, ada } = place
  const { mainPid } = web(await sandbox.status())
  const file = sandbox.env['GITPROC_ALLOWED_SIGNERS']!
  writeFileSync(file, 'nonsense\n')
  await commit(place, ada, 2)
  const status = await sandbox.until(({ syncReason }) => syncReason === 'Refused')
  assertRefused(status, /cannot be verified: .*trusted:1: wants principals/)
  assert.equal(web(status).mainPid, mainPid)
  writeFileSync(file, allowedSigners({ ada }))
  assert.equal((await sandbox.synced()).sync, 'Synced')
})

test('signatures that are demanded later leave what runs alone, and ask for the next commit', async (t) => {
  const place = await trusting(t, { settings: { VERIFY_COMMITS: 'off' } })
  const { sandbox, ada } = place
  const unsigned = await commit(place, undefined, 2)
  await sandbox.until(({ revision, sync }) => revision?.sha === unsigned && sync === 'Synced')
  const { mainPid } = web(await sandbox.status())
  await sandbox.kill()
  sandbox.env['GITPROC_VERIFY_COMMITS'] = 'all'
  await sandbox.start()
  const status = await sandbox.synced()
  assertRefused(status, /"web 2" by Ada is not trusted: it is not signed/)
  assert.equal(web(status).mainPid, mainPid)
  const signed = await commit(place, ada, 3)
  const next = await sandbox.until(({ revision, sync }) => revision?.sha === signed && sync === 'Synced')
  assert.deepEqual(next.notices, [])
})

test('a remote is trusted as a local repository is: by signature, and not moved back', async (t) => {
  const directory = temporaryDirectory(t)
  const bare = join(directory, 'origin.git')
  const place = await trusting(t)
  const { sandbox, ada } = place
  await sandbox.git('clone', '-q', '--bare', sandbox.repo, bare)
  await sandbox.gitproc('stop', '--all')
  await sandbox.kill('SIGTERM')
  const follower = new Sandbox({
    settings: {
      REMOTE: `file://${bare}`,
      REMOTE_POLL_INTERVAL: '1s',
      WATCH_BRANCH: 'main',
      VERIFY_COMMITS: 'all',
      ALLOWED_SIGNERS: sandbox.env['GITPROC_ALLOWED_SIGNERS']!,
    },
  })
  t.after(() => follower.end())
  await follower.start()
  const old = (await follower.until(({ sync }) => sync === 'Synced')).revision!.sha
  const push = (...args: readonly string[]): Promise<string> => sandbox.git('push', '-q', bare, ...args)
  const signed = await commit(place, ada, 2)
  await push('main')
  await follower.until(({ revision, sync }) => revision?.sha === signed && sync === 'Synced')
  await push('-f', `${old}:main`)
  assertRefused(
    await follower.until(({ syncReason }) => syncReason === 'Refused'),
    /moved back to an earlier commit/,
  )
  await push('main')
  await follower.until(({ sync }) => sync === 'Synced')
  await commit(place, undefined, 3)
  await push('main')
  assertRefused(await follower.until(({ syncReason }) => syncReason === 'Refused'), /it is not signed/)
})
