/** A daemon of an ordinary user: what a user namespace allows works, and what it does not is refused or said. */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { Sandbox } from '../support/sandbox.ts'

const isRoot = process.getuid?.() === 0

const inside = (script: string, extra: string): string =>
  `[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=/bin/sh -c 'exec 2>&1; ${script}'\n${extra}\n`

describe('the sandbox of an ordinary user', { skip: isRoot ? false : 'needs root, to become one' }, () => {
  const sandbox = new Sandbox({ uid: 65534, gid: 65534, settings: { ROLLBACK_ON_FAILURE: 'no' } })
  before(async () => {
    await sandbox.init({})
    await sandbox.start()
  })
  after(() => sandbox.end())

  it('has mounts and namespaces of its own, and stays who it is', async (context) => {
    const lines =
      'ProtectSystem=strict\nPrivateTmp=yes\nInaccessiblePaths=/etc/passwd\nPrivateNetwork=yes\nPrivateDevices=yes\nNoNewPrivileges=yes\nTemporaryFileSystem=/srv\nReadOnlyPaths=/var'
    const script =
      'id -u; touch /usr/x /var/tmp/x; touch /srv/x && echo srv; cat /etc/passwd | wc -c; ls -A /tmp; ip -o link show up | wc -l; ls /dev | grep -c vda; grep -E "NoNew|CapEff" /proc/self/status'
    await sandbox.deploy({ 'inside.service': inside(script, lines) })
    const view = await sandbox.unit('inside.service')
    if (view.notEnforced.length > 0) return context.skip(view.notEnforced.join(', '))
    assert.equal(view.subState, 'exited', view.reason)
    assert.match(
      sandbox.readLog('inside.service'),
      /^65534\ntouch: .*\/usr\/x.*\nsrv\n(?:cat: .*\n)?0\n1\n0\nCapEff:\t0{16}\nNoNewPrivs:\t1\n$/,
    )
  })

  it('filters system calls', async () => {
    await sandbox.deploy({
      'filtered.service': inside(
        'unshare --user true; mkdir /tmp/gitproc-x; echo on',
        'RestrictNamespaces=yes\nSystemCallFilter=~mkdir:EACCES mkdirat:EACCES',
      ),
    })
    assert.match(sandbox.readLog('filtered.service'), /not permitted\n.*Permission denied\non\n$/)
  })

  it('says what it cannot do, and refuses what would change the user', async () => {
    await sandbox.deploy({ 'proc.service': inside('echo ran', 'ProtectProc=invisible') })
    const view = await sandbox.unit('proc.service')
    assert.deepEqual(view.notEnforced, ['ProtectProc= (only root can mount a /proc)'])
    assert.equal(sandbox.readLog('proc.service'), 'ran\n')
    for (const lines of [
      'User=root',
      'DynamicUser=yes',
      'AmbientCapabilities=CAP_NET_RAW',
      'CapabilityBoundingSet=CAP_CHOWN',
    ]) {
      await sandbox.deploy({ 'refused.service': inside('echo ran', lines) })
      const refused = await sandbox.unit('refused.service')
      assert.equal(refused.subState, 'failed', lines)
      assert.match(refused.reason, /only root may/, lines)
    }
  })
})
