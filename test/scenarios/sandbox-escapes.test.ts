/** What a hostile service, or a hostile commit, tries; none of it may work. */
import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { Sandbox } from '../support/sandbox.ts'

const isRoot = process.getuid?.() === 0
const shell = (script: string, extra = ''): string =>
  `[Service]\nExecStart=/bin/sh -c 'exec 2>&1; ${script}'\n${extra}\n`
const once = (script: string, extra = ''): string =>
  shell(script, `Type=oneshot\nRemainAfterExit=yes\n${extra}`)

/** Whoever is reaped by the first process of the host may be a zombie for a while. */
const isRunning = (pid: number): boolean =>
  existsSync(`/proc/${pid}`) && !/^State:\tZ/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))

describe('attempts to escape', { skip: isRoot ? false : 'needs root' }, () => {
  // Each test removes what it brought: somebody stays, and most may go without a yes.
  const sandbox = new Sandbox({ settings: { ROLLBACK_ON_FAILURE: 'no', PRUNE_LIMIT: '100%' } })
  before(async () => {
    await sandbox.init({ 'stays.service': '[Service]\nExecStart=/bin/sleep infinity\n' })
    await sandbox.start()
    await sandbox.synced()
  })
  after(() => sandbox.end())

  it('a path with `..` is no path: in every directive that takes one, it is refused or left out', async () => {
    const folders = [
      'RuntimeDirectory',
      'StateDirectory',
      'CacheDirectory',
      'LogsDirectory',
      'ConfigurationDirectory',
    ]
    const paths = [
      'ReadWritePaths',
      'ReadOnlyPaths',
      'InaccessiblePaths',
      'BindPaths',
      'TemporaryFileSystem',
      'RootDirectory',
    ]
    const lines = [
      ...folders.map((name) => `${name}=../gitproc-escaped`),
      ...paths.map((name) => `${name}=/var/../gitproc-escaped`),
    ]
    writeFileSync(join(sandbox.repo, 'dots.service'), once('true', lines.join('\n')))
    const { stdout } = await sandbox.gitproc('verify')
    for (const name of [...folders, ...paths]) assert.match(stdout, new RegExp(`${name}= .*`), stdout)
    await sandbox.deploy({ 'dots.service': once('true', lines.join('\n')) })
    for (const place of ['/run', '/var/lib', '/var', '/'])
      assert.ok(!existsSync(join(place, 'gitproc-escaped')))
    await sandbox.deploy({ 'dots.service': '' })
  })

  it('a link out of the repository is no unit', async () => {
    const outside = join(sandbox.prefix, 'outside.service')
    writeFileSync(outside, once(`touch ${sandbox.prefix}/linked`))
    symlinkSync(outside, join(sandbox.repo, 'linked.service'))
    symlinkSync('../outside.service', join(sandbox.repo, 'dotted.service'))
    await sandbox.deploy({})
    await sandbox.gitproc('start', 'linked')
    await sandbox.gitproc('start', 'dotted')
    assert.ok(!existsSync(join(sandbox.prefix, 'linked')))
    await sandbox.exec('rm', [join(sandbox.repo, 'linked.service'), join(sandbox.repo, 'dotted.service')])
    await sandbox.deploy({})
  })

  it('no environment, argument or unit name becomes shell', async () => {
    const evil = `$(touch ${sandbox.prefix}/evil)\`touch ${sandbox.prefix}/evil\`; touch ${sandbox.prefix}/evil`
    const unit = String.raw`a\x24\x28touch evil\x29.service`.replace(' ', String.raw`\x20`)
    const lines = `Environment="EVIL=${evil}" "PS4=${evil}" "ENV=${evil}" "BASH_ENV=${evil}" IFS=x\nPrivateTmp=yes\nWorkingDirectory=-/${'x$(touch evil)'.replace(' ', '')}`
    const text = `[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=/usr/bin/printf %%s "${evil}" $EVIL\n${lines}\n`
    await sandbox.deploy({ [unit]: text, 'evil.service': text })
    const status = await sandbox.status()
    assert.equal(
      status.units.filter(({ subState }) => subState === 'exited').length,
      2,
      JSON.stringify(status.units),
    )
    assert.ok(!existsSync(join(sandbox.prefix, 'evil')))
    assert.ok(sandbox.readLog('evil.service').includes('$(touch'))
    await sandbox.deploy({ [unit]: '', 'evil.service': '' })
  })

  it('another user can neither kill its shim, nor read or write its run directory', async () => {
    const run = `${sandbox.prefix}/run/units/hostile.service`
    await sandbox.deploy({
      'hostile.service': shell(
        `kill -9 $$PPID; ls ${run}; echo x > ${run}/$$INVOCATION_ID/exit; echo forged > ${run}/x; exec sleep 1000`,
        'User=nobody\nPrivatePIDs=no',
      ),
    })
    const view = await sandbox.unit('hostile.service')
    assert.equal(view.subState, 'running')
    assert.match(
      sandbox.readLog('hostile.service'),
      /not permitted[\s\S]*Permission denied[\s\S]*(cannot create|Permission denied)/,
    )
    const folder = join(run, readdirSync(run)[0]!)
    assert.ok(!existsSync(join(folder, 'exit')))
    await sandbox.deploy({ 'hostile.service': '' })
  })

  it('root in a PID namespace of its own does not find its shim outside', async () => {
    await sandbox.deploy({
      'rooted.service': shell(
        'kill -9 $$PPID; sleep 0.2; kill -9 1; echo still; exec sleep 1000',
        'PrivatePIDs=yes',
      ),
    })
    const view = await sandbox.reaches('rooted.service', 'running')
    while (!sandbox.readLog('rooted.service').includes('still')) await delay(10)
    assert.ok(existsSync(`/proc/${view.mainPid}`))
    await sandbox.deploy({ 'rooted.service': '' })
    assert.ok(!existsSync(`/proc/${view.mainPid}`))
  })

  it('a root service that kills its shim is still known, and still stopped', async () => {
    await sandbox.deploy({
      'regicide.service': shell('kill -9 $$PPID; exec sleep 1000', 'PrivatePIDs=no\nRestart=no'),
    })
    const { mainPid } = await sandbox.reaches('regicide.service', 'running')
    await sandbox.gitproc('stop', 'regicide')
    assert.ok(!isRunning(mainPid!))
    await sandbox.deploy({ 'regicide.service': '' })
  })

  it('a service that forks away, cleans its environment and ignores every signal is stopped whole', async () => {
    const file = join(sandbox.prefix, 'fled')
    const script = join(sandbox.prefix, 'flee.sh')
    const deaf = 'trap "" HUP INT TERM QUIT USR1'
    const forever = 'while :; do sleep 1; done'
    writeFileSync(
      script,
      `${deaf}\n[ -z "$1" ] || { echo $$ >${file}; ${forever}; }\nenv -i setsid -f sh $0 away\n${forever}\n`,
    )
    const unit = `[Service]\nExecStart=/bin/sh ${script}\nTimeoutStopSec=300ms\nPrivatePIDs=no\n`
    await sandbox.deploy({ 'deaf.service': unit })
    while (!existsSync(file) || readFileSync(file, 'utf8').trim() === '') await delay(10)
    const pid = readFileSync(file, 'utf8').trim()
    assert.ok(existsSync(`/proc/${pid}`))
    await sandbox.gitproc('stop', 'deaf')
    assert.ok(!isRunning(Number(pid)), 'the one that fled')
    await sandbox.deploy({ 'deaf.service': '' })
  })

  it('a service cannot write to what is protected by going around it', async () => {
    const around =
      'mount -o remount,rw /usr; mount --bind /usr /mnt && touch /mnt/gitproc-x; umount /usr; touch /usr/gitproc-x; touch /proc/1/root/usr/gitproc-x; nsenter -t 1 -m touch /usr/gitproc-x'
    await sandbox.deploy({
      'around.service': once(around, 'User=nobody\nProtectSystem=yes'),
      'locked.service': once(
        around,
        'ProtectSystem=strict\nProtectProc=invisible\nCapabilityBoundingSet=~CAP_SYS_ADMIN CAP_SYS_PTRACE\nPrivatePIDs=yes',
      ),
    })
    assert.ok(!existsSync('/usr/gitproc-x'))
    assert.match(sandbox.readLog('locked.service'), /Read-only file system/)
  })
})
