/** Commits that try to read what lies outside of the repository, by links, by `..`, and by names that git itself would not make. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { Sandbox } from '../support/sandbox.ts'

/** What runs only if something outside was read. */
const evil = (sandbox: Sandbox): string => `ExecStartPre=/usr/bin/touch ${sandbox.prefix}/escaped\n`
const oneshot = '[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=/bin/true\n'

type Link = readonly [title: string, path: string, target: string, isSaid: boolean, starts?: string]

/** Links of the repository: OUT is a folder beside it. */
const links: readonly Link[] = [
  ['a unit, absolute', 'abs.service', 'OUT/whole.service', true, 'abs'],
  ['a unit, by ..', 'dots.service', '../outside/whole.service', true, 'dots'],
  ['a unit, out and in again', 'round.service', '../services/base.service', true, 'round'],
  ['a unit, over a folder', 'over.service', 'x/../../outside/whole.service', true, 'over'],
  ['an instance of a template', 'a@one.service', 'OUT/a@.service', true, 'a@one'],
  ['a template', 'b@.service', '../outside/a@.service', true, 'b@two'],
  ['two links, the second out', 'first.service', 'second.service', true, 'first'],
  ['a drop-in', 'base.service.d/link.conf', 'OUT/drop.conf', true],
  ['a drop-in, by ..', 'base.service.d/up.conf', '../../outside/drop.conf', true],
  ['a drop-in of all services', 'service.d/all.conf', '../../outside/drop.conf', true],
  // Not a folder for git: nothing of it is there.
  ['a folder of drop-ins', 'linked.service.d', 'OUT/drops', false],
]
const chained = ['second.service', '../outside/whole.service'] as const

describe('a repository that leads outside', () => {
  const sandbox = new Sandbox({ settings: { ROLLBACK_ON_FAILURE: 'no' } })
  const outside = join(sandbox.prefix, 'outside')
  before(async () => {
    await sandbox.init({ 'base.service': oneshot })
    await sandbox.start()
    await sandbox.synced()
    const files = {
      'whole.service': oneshot + evil(sandbox),
      'a@.service': oneshot + evil(sandbox),
      'drop.conf': `[Service]\n${evil(sandbox)}`,
      'drops/x.conf': `[Service]\n${evil(sandbox)}`,
    }
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(outside, path)), { recursive: true })
      writeFileSync(join(outside, path), text)
    }
  })
  after(() => sandbox.end())
  const isUnharmed = (): void => assert.ok(!existsSync(join(sandbox.prefix, 'escaped')))

  it('by links, of every kind that a folder of units can have', async () => {
    const all = [...links.map(([, path, target]) => [path, target] as const), chained]
    for (const [path, target] of all) {
      mkdirSync(dirname(join(sandbox.repo, path)), { recursive: true })
      symlinkSync(target.replace('OUT', outside), join(sandbox.repo, path))
    }
    // What looks at the folder itself, where the links do lead somewhere …
    const { stdout } = await sandbox.gitproc('verify')
    const silent = links.filter(([, path, , isSaid]) => isSaid && !stdout.includes(`${path}:`))
    assert.deepEqual(silent, [], stdout)
    assert.doesNotMatch(stdout, /escaped/)
    // … and what runs a commit.
    await sandbox.git('add', '-A')
    await sandbox.git('commit', '-qm', 'all')
    await sandbox.gitproc('sync')
    for (const [, , , , starts] of links) if (starts !== undefined) await sandbox.gitproc('start', starts)
    isUnharmed()
    for (const [path] of all) rmSync(join(sandbox.repo, path))
    for (const [, path, target] of links.filter(([, , , isSaid]) => !isSaid)) {
      mkdirSync(dirname(join(sandbox.repo, path)), { recursive: true })
      symlinkSync(target.replace('OUT', outside), join(sandbox.repo, path))
    }
    await sandbox.deploy({ 'linked.service': oneshot })
    assert.equal((await sandbox.unit('linked.service')).subState, 'exited')
    isUnharmed()
    await sandbox.exec('rm', ['-f', ...links.map(([, path]) => join(sandbox.repo, path))])
    await sandbox.deploy({ 'linked.service': '' })
  })

  it('by paths that are none, in every directive that reads a file or enters a folder', async () => {
    writeFileSync(join(sandbox.repo, 'env'), 'A=b\n')
    const lines = [
      'EnvironmentFile=env',
      'EnvironmentFile=../outside/env',
      'EnvironmentFile=-./env',
      'EnvironmentFile=/etc/../etc/hostname',
      'LoadCredential=key:../outside/key',
      'LoadCredential=key:sub/key',
      'ExecStartPre=./program',
      'ExecStartPre=../outside/program',
      'ExecStartPre=sub/program',
      'WorkingDirectory=sub',
      'WorkingDirectory=../outside',
      'WorkingDirectory=/etc/..',
      'RootDirectory=sub',
      'BindPaths=../outside:/mnt',
      'BindReadOnlyPaths=/etc/../root:/mnt',
      'StandardOutput=append:../outside/log',
      'StandardInput=file:sub/in',
      'PIDFile=/run/../etc/x.pid',
      'ExecSearchPath=sub:../outside',
    ]
    const silent: string[] = []
    for (const [index, line] of lines.entries())
      writeFileSync(join(sandbox.repo, `line-${index}.service`), `${oneshot}${line}\n`)
    const { stdout } = await sandbox.gitproc('verify')
    for (const [index, line] of lines.entries())
      if (!stdout.includes(`line-${index}.service:5:`)) silent.push(line)
    // None of them has a place to start from: what is not absolute is not below the repository, or anywhere.
    assert.deepEqual(silent, [])
    for (const index of lines.keys()) rmSync(join(sandbox.repo, `line-${index}.service`))
    await sandbox.exec('rm', [join(sandbox.repo, 'env')])
  })

  it('by names in its trees that git itself would never write', async () => {
    const git = (words: readonly string[], input?: Buffer | string): string =>
      execFileSync('git', ['-C', sandbox.repo, ...words], { input, encoding: 'utf8' }).trim()
    const blob = git(['hash-object', '-w', '--stdin'], oneshot + evil(sandbox))
    const entry = (mode: string, name: string, id: string): Buffer =>
      Buffer.concat([Buffer.from(`${mode} ${name}\0`), Buffer.from(id, 'hex')])
    const tree = (...entries: readonly Buffer[]): string =>
      git(['hash-object', '-t', 'tree', '-w', '--stdin', '--literally'], Buffer.concat(entries))
    const inner = tree(entry('100644', 'evil.service', blob))
    const good = git(['rev-parse', 'HEAD:base.service'])
    const odd = tree(
      entry('40000', '..', inner),
      entry('100644', '../up.service', blob),
      entry('40000', '.git', inner),
      entry('100644', '/etc/abs.service', blob),
      entry('100644', 'base.service', good),
      entry('100644', 'sub/in.service', blob),
    )
    const commit = await sandbox.git('commit-tree', '-m', 'odd', '-p', 'HEAD', odd)
    await sandbox.git('update-ref', 'HEAD', commit)
    await sandbox.gitproc('sync')
    const { units } = await sandbox.status()
    assert.deepEqual(
      units.map(({ name }) => name).filter((name) => /evil|up|abs|in\.service/.test(name)),
      [],
    )
    isUnharmed()
    assert.ok(!existsSync('/etc/abs.service') && !existsSync(join(sandbox.prefix, 'up.service')))
    assert.equal((await sandbox.unit('base.service')).subState, 'exited')
  })
})
