/** What a hostile service tries against the daemon and against other services; none of it may work. */
import assert from 'node:assert/strict'
import { existsSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { Sandbox } from '../support/sandbox.ts'

const isRoot = process.getuid?.() === 0

describe('attacks on others', { skip: isRoot ? false : 'needs root' }, () => {
  const sandbox = new Sandbox({ settings: { ROLLBACK_ON_FAILURE: 'no' } })
  const script = (name: string, text: string): string => {
    const path = join(sandbox.prefix, name)
    writeFileSync(path, text, { mode: 0o755 })
    return path
  }
  /** Sends words to the socket of sd_notify, again and again. */
  const tell = (words: string): string =>
    `use Socket; $| = 1; socket(my $s, AF_UNIX, SOCK_DGRAM, 0) or die; print "telling\\n"; for (1 .. 300) { send($s, "${words}", 0, pack_sockaddr_un($ENV{NOTIFY_SOCKET})); select(undef, undef, undef, 0.01) } sleep 1000`

  before(async () => {
    await sandbox.init({ 'calm.service': '[Service]\nExecStart=/bin/sleep 1000\n' })
    await sandbox.start()
  })
  after(() => sandbox.end())

  const told = async (unit: string, words: string): Promise<void> => {
    await sandbox.until(({ units }) =>
      units.some(
        ({ name, mainPid, subState }) => name === unit && (mainPid !== undefined || subState === 'exited'),
      ),
    )
    while (!sandbox.readLog(unit).includes(words)) await delay(10)
  }

  it('a service can’t say of another one that it is ready, or which process is its main', async () => {
    const liar = script('liar.pl', tell('READY=1\\nMAINPID=1\\nSTATUS=lies'))
    const notifying = 'NotifyAccess=all\nTimeoutStartSec=1s\nTimeoutStopSec=500ms\nPrivatePIDs=no'
    await sandbox.deploy({
      'liar.service': `[Service]\nUser=nobody\n${notifying}\nExecStart=/usr/bin/perl ${liar}\n`,
    })
    await told('liar.service', 'telling')
    await sandbox.deploy({
      'victim.service': `[Service]\nType=notify\n${notifying}\nExecStart=/bin/sleep 1000\n`,
    })
    const victim = await sandbox.reaches('victim.service', 'failed')
    assert.equal(victim.result, 'timeout')
    assert.notEqual(victim.statusText, 'lies')
    assert.notEqual((await sandbox.unit('liar.service')).mainPid, 1)
  })

  it('another user’s service can’t command the daemon, nor read or write what is not its own', async () => {
    await sandbox.deploy({
      'talks.service': "[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=/bin/sh -c 'echo s3cret'\n",
    })
    const { prefix, socket } = sandbox
    const spy = script(
      'spy.sh',
      `#!/bin/sh\nexec 2>&1\nperl -e 'use Socket; socket(S, AF_UNIX, SOCK_STREAM, 0); connect(S, pack_sockaddr_un("${socket}")) or print "socket $!\\n"'\n` +
        `cat ${prefix}/logs/talks.service/out; ls ${prefix}/run/units; ls ${prefix}/state\n` +
        `echo x >> ${prefix}/logs/spy.service/out; rm -rf ${prefix}/logs/spy.service; ln -sf /etc/passwd ${prefix}/run/notify && echo pwned\necho done\n`,
    )
    await sandbox.deploy({
      'spy.service': `[Service]\nType=oneshot\nRemainAfterExit=yes\nUser=nobody\nExecStart=${spy}\n`,
    })
    await told('spy.service', 'done')
    const text = sandbox.readLog('spy.service')
    assert.match(text, /socket Permission denied/)
    assert.doesNotMatch(text, /s3cret|pwned/)
    assert.equal((text.match(/Permission denied|cannot create/g) ?? []).length >= 5, true, text)
  })

  it('what the daemon makes is closed to others', async () => {
    const modes = [
      [sandbox.socket, 0o660],
      [join(sandbox.prefix, 'run', 'units'), 0o700],
      [join(sandbox.prefix, 'logs', 'talks.service', 'out'), 0o600],
    ] as const
    for (const [path, most] of modes) {
      const { mode, uid } = statSync(path)
      assert.equal(uid, 0, path)
      assert.equal(mode & 0o777 & ~most & 0o007, 0, `${path} ${(mode & 0o777).toString(8)}`)
    }
    assert.equal(statSync(sandbox.socket).mode & 0o777, 0o660)
  })

  it('a credential has a name, and not a path', async () => {
    for (const name of ['../../escaped', 'a/b', '..']) {
      const unit = `[Service]\nType=oneshot\nRemainAfterExit=yes\nLoadCredential=${name}:/etc/hostname\nSetCredential=${name}:x\nExecStart=/bin/true\n`
      writeFileSync(join(sandbox.repo, 'names.service'), unit)
      const { stdout } = await sandbox.gitproc('verify')
      assert.match(stdout, /LoadCredential=/)
      assert.match(stdout, /SetCredential=/)
      await sandbox.deploy({ 'names.service': unit })
      assert.ok(!existsSync('/run/escaped') && !existsSync('/run/credentials/escaped'))
    }
  })
})
