/** `gitproc analyze security` as its user sees it: definition, host and living process, side by side. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import type { UnitSecurity } from '../../src/api/contract.ts'
import { Sandbox } from '../support/sandbox.ts'

const isRoot = process.getuid?.() === 0

const sleeping = (lines: string): string => `[Service]\nExecStart=/bin/sleep 1000\n${lines}\n`

const everything = `User=nobody
NoNewPrivileges=yes
ProtectSystem=strict
ProtectHome=yes
PrivateTmp=yes
PrivateDevices=yes
PrivateNetwork=yes
PrivateIPC=yes
ProtectHostname=yes
ProtectClock=yes
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectKernelLogs=yes
ProtectControlGroups=yes
ProtectProc=invisible
RestrictNamespaces=yes
RestrictAddressFamilies=AF_UNIX
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
MemoryDenyWriteExecute=yes
SystemCallFilter=@system-service
SystemCallArchitectures=native
CapabilityBoundingSet=
UMask=0077
KeyringMode=private
LimitNOFILE=100
OOMScoreAdjust=100`

describe('gitproc analyze security', { skip: isRoot ? false : 'needs root' }, () => {
  const sandbox = new Sandbox({ settings: { ROLLBACK_ON_FAILURE: 'no', CGROUP_ROOT: 'none' } })
  before(async () => {
    await sandbox.init({
      'plain.service': sleeping('PrivatePIDs=no'),
      'tight.service': sleeping(everything),
      'subset.service': sleeping('ProtectKernelTunables=yes\nProcSubset=pid'),
      'all.target': '[Unit]\nDescription=All\n',
    })
    await sandbox.start()
    await sandbox.synced()
  })
  after(() => sandbox.end())

  const ask = async (name: string): Promise<UnitSecurity> =>
    JSON.parse((await sandbox.gitproc('analyze', 'security', name, '-o', 'json')).stdout) as UnitSecurity
  const row = ({ measures }: UnitSecurity, name: string) => measures.find((measure) => measure.name === name)
  const not = (answer: UnitSecurity, ...states: readonly string[]) =>
    answer.measures.filter(({ state }) => states.includes(state))

  it('finds all that a unit asks for in its process', async () => {
    const { stdout, status } = await sandbox.gitproc('analyze', 'security', 'tight')
    assert.equal(status, 0, stdout)
    assert.match(stdout, /^tight\.service: exposure 1\.\d of 10, shut \(process \d+\)/)
    assert.match(stdout, /✓ {2}ProtectSystem= /)
    assert.match(stdout, /✓ {2}LimitNOFILE= .*it is 100/)
    assert.match(stdout, /All that the unit asks for is in force\./)
    assert.deepEqual(not(await ask('tight'), 'unenforced', 'drifted'), [])
    assert.deepEqual(not(await ask('subset'), 'unenforced', 'drifted'), [])
  })

  it('shows a unit without a sandbox as wide open', async () => {
    const answer = await ask('plain')
    assert.ok(answer.exposure > 9, String(answer.exposure))
    assert.equal(answer.rating, 'wide open')
    assert.equal(row(answer, 'PrivatePIDs=')?.state, 'open')
    assert.deepEqual(not(answer, 'unenforced', 'drifted'), [])
  })

  it('lists all services, the most exposed first', async () => {
    const { stdout, status } = await sandbox.gitproc('analyze', 'security')
    assert.equal(status, 0)
    assert.match(
      stdout,
      /^UNIT .*\nplain\.service .*wide open.*\nsubset\.service.*\ntight\.service.*shut.*\n$/,
    )
    assert.equal((await sandbox.gitproc('analyze', 'security', '--max-exposure', '5')).status, 1)
    assert.equal((await sandbox.gitproc('analyze', 'security', 'tight', '--max-exposure', '5')).status, 0)
  })

  it('tells what the host can’t do and what gitproc never does, with status 1', async () => {
    await sandbox.deploy({ 'gaps.service': sleeping('MemoryMax=64M\nPrivateUsers=yes') })
    const { stdout, status } = await sandbox.gitproc('analyze', 'security', 'gaps')
    assert.equal(status, 1)
    assert.match(stdout, /! {2}MemoryMax= .*not enforced: there is no writable cgroup v2 here/)
    assert.match(stdout, /! {2}PrivateUsers= .*not enforced: gitproc does not support it/)
    assert.match(stdout, /2 of what the unit asks for are not in force\./)
    await sandbox.deploy({ 'gaps.service': '' })
  })

  it('sees what was changed behind its back', async () => {
    const { mainPid } = await sandbox.unit('tight.service')
    writeFileSync(`/proc/${mainPid}/oom_score_adj`, '200')
    spawnSync('nsenter', ['-t', String(mainPid), '-m', 'mount', '-o', 'remount,bind,rw', '/usr'])
    spawnSync('nsenter', ['-t', String(mainPid), '-m', 'mount', '-o', 'remount,bind,rw', '/'])
    const answer = await ask('tight')
    assert.deepEqual(
      not(answer, 'drifted').map(({ name, sentence }) => [name, sentence]),
      [
        ['ProtectSystem=', 'the unit asks for it, but / can be written to'],
        ['OOMScoreAdjust=', 'it is 200, and should be 100'],
      ],
    )
    assert.equal((await sandbox.gitproc('analyze', 'security', 'tight')).status, 1)
  })

  it('says of what does not run what its definition says', async () => {
    await sandbox.gitproc('stop', 'plain')
    const { stdout } = await sandbox.gitproc('analyze', 'security', 'plain')
    assert.match(stdout, /\(it does not run: as its definition says\)/)
  })

  it('reads a file without a daemon', async () => {
    writeFileSync(join(sandbox.prefix, 'filed.service'), sleeping('User=nobody'))
    const asked = ['analyze', 'security', 'filed', '--path', sandbox.prefix, '--socket', '/nowhere']
    const { stdout, status } = await sandbox.gitproc(...asked)
    assert.equal(status, 0)
    assert.match(stdout, /^filed\.service: exposure .* \(as its file says\)/)
  })

  it('refuses what has no process, and what nobody knows', async () => {
    const target = await sandbox.gitproc('analyze', 'security', 'all.target')
    assert.match(target.stderr, /all\.target is no service/)
    assert.equal((await sandbox.gitproc('analyze', 'security', 'nobody')).status, 4)
    assert.equal((await sandbox.gitproc('analyze', 'calendar')).status, 64)
  })
})
