/** Users, capabilities, schedulers and credentials of a service, looked at from inside and from outside. */
import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { after, before, describe, it } from 'node:test'
import { byRoot } from '../support/host-supervisor.ts'
import { InsideView } from '../support/look-inside.ts'

const isRoot = process.getuid?.() === 0

type Row = readonly [title: string, lines: string, script: string, says: RegExp, saysNot?: RegExp]

const status = 'grep -E "^(Uid|Gid|Groups|Cap...|NoNewPrivs|Umask):" /proc/self/status'

const rows: readonly Row[] = [
  [
    'SupplementaryGroups= and UMask=',
    'User=nobody\nGroup=daemon\nSupplementaryGroups=4242\nUMask=027',
    status,
    /Umask:\t0027\nUid:(\t65534){4}\nGid:(\t1){4}\nGroups:\t.*4242/,
  ],
  [
    'a sandboxed service has its user and groups, too',
    'User=nobody\nGroup=daemon\nSupplementaryGroups=4242\nPrivateMounts=yes',
    status,
    /Uid:(\t65534){4}\nGid:(\t1){4}\nGroups:\t.*4242.*CapEff:\t0{16}/m,
  ],
  [
    'no group of ours goes along',
    'User=12345\nPrivateMounts=yes',
    status,
    /Uid:(\t12345){4}\nGid:(\t12345){4}\nGroups:\t ?12345 ?\n|Groups:\t ?\n/,
  ],
  [
    'CapabilityBoundingSet= without a sandbox',
    'CapabilityBoundingSet=CAP_CHOWN CAP_KILL',
    status,
    /CapBnd:\t0000000000000021/,
  ],
  [
    'CapabilityBoundingSet= takes away with ~',
    'CapabilityBoundingSet=~CAP_CHOWN\nPrivateMounts=yes',
    status,
    /CapBnd:\t[0-9a-f]{15}[02468ace]\n/,
  ],
  [
    'AmbientCapabilities= of another user, in a sandbox',
    'User=nobody\nAmbientCapabilities=CAP_NET_BIND_SERVICE\nPrivateMounts=yes',
    status,
    /CapPrm:\t0000000000000400\nCapEff:\t0000000000000400.*CapAmb:\t0000000000000400/,
  ],
  [
    'AmbientCapabilities= without one',
    'User=nobody\nAmbientCapabilities=CAP_NET_BIND_SERVICE',
    status,
    /CapEff:\t0000000000000400.*CapAmb:\t0000000000000400/,
  ],
  [
    'AmbientCapabilities= of root leave it all others',
    'AmbientCapabilities=CAP_NET_BIND_SERVICE\nPrivateMounts=yes',
    status,
    /CapEff:\t[0-9a-f]{15}f\n.*CapAmb:\t0000000000000400/,
  ],
  ['NoNewPrivileges=yes', 'NoNewPrivileges=yes', status, /NoNewPrivs:\t1/],
  [
    'another user gets no new privileges by what is protected',
    'User=nobody\nProtectKernelTunables=yes',
    status,
    /NoNewPrivs:\t1/,
  ],
  ['root keeps the right to it', 'ProtectKernelTunables=yes', status, /NoNewPrivs:\t0/],
  [
    'SecureBits=',
    'SecureBits=noroot noroot-locked',
    'grep Cap[EP] /proc/self/status',
    /CapPrm:\t0{16}\nCapEff:\t0{16}/,
  ],
  ['Nice=', 'Nice=7', 'cut -d " " -f 19 /proc/self/stat', /^7$/m],
  [
    'CPUSchedulingPolicy=batch',
    'CPUSchedulingPolicy=batch',
    'cut -d " " -f 41 /proc/self/stat; chrt -p $$',
    /^3$/m,
  ],
  [
    'CPUSchedulingPolicy=fifo has a priority',
    'CPUSchedulingPolicy=fifo\nCPUSchedulingPriority=5\nCPUSchedulingResetOnFork=yes',
    'chrt -p $$',
    /SCHED_FIFO\|SCHED_RESET_ON_FORK.*: 5/,
  ],
  ['CPUAffinity=', 'CPUAffinity=0', 'grep Cpus_allowed_list /proc/self/status', /:\t0$/m],
  [
    'IOSchedulingClass= and IOSchedulingPriority=',
    'IOSchedulingClass=best-effort\nIOSchedulingPriority=6',
    'ionice',
    /^best-effort: prio 6/,
  ],
  ['IOSchedulingClass=idle', 'IOSchedulingClass=idle', 'ionice', /^idle/],
  ['TimerSlackNSec=', 'TimerSlackNSec=2ms', 'cat /proc/$$/timerslack_ns', /^2000000$/m],
  ['OOMScoreAdjust=', 'OOMScoreAdjust=321', 'cat /proc/self/oom_score_adj', /^321$/m],
  ['KeyringMode=private', 'KeyringMode=private', 'cat /proc/keys; echo .', /^\.$/m],
  [
    'every Limit…=',
    'LimitNOFILE=100:200\nLimitCORE=0\nLimitNPROC=500\nLimitFSIZE=1M\nLimitSTACK=4M\nLimitAS=1G\nLimitMEMLOCK=64K\nLimitCPU=100\nLimitDATA=512M\nLimitRSS=infinity\nLimitLOCKS=10\nLimitSIGPENDING=20\nLimitMSGQUEUE=4096\nLimitNICE=0\nLimitRTPRIO=0\nLimitRTTIME=1000',
    'cat /proc/self/limits',
    /cpu time +100 .*file size +1048576 .*data size +536870912 .*stack size +4194304 .*core file size +0 .*processes +500 .*open files +100 +200 .*locked memory +65536 .*address space +1073741824 .*file locks +10 .*pending signals +20 .*msgqueue size +4096 /,
  ],
  [
    'the environment of systemd.exec(5) for a user',
    'User=nobody\nPrivateMounts=yes',
    'echo $USER:$LOGNAME:$HOME:$SHELL',
    /^nobody:nobody:\/nonexistent:$/m,
  ],
  [
    'a folder with its mode, owner and link',
    'User=nobody\nRuntimeDirectory=owned\nRuntimeDirectoryMode=0710',
    'stat -c "%U %a" $RUNTIME_DIRECTORY',
    /^nobody 710/,
  ],
]

describe('what a service may do', { skip: isRoot ? false : 'needs root' }, () => {
  let view: InsideView
  before(async () => {
    view = await InsideView.open()
  })
  after(() => view.close())

  for (const [title, lines, script, says, saysNot] of rows) {
    it(title, async () => {
      const { text, status: ended } = await view.look(lines, script)
      assert.match(text, new RegExp(says.source, `${says.flags}s`), `${text}\n${ended.reason}`)
      if (saysNot !== undefined) assert.doesNotMatch(text, saysNot)
    })
  }

  it('a program that only root may execute does not run under User=', async () => {
    const program = view.path('for-root')
    writeFileSync(program, '#!/bin/sh\necho ran\n')
    chmodSync(program, 0o700)
    for (const extra of ['', 'PrivateMounts=yes']) {
      const name = extra === '' ? 'rooty.service' : 'rooty-too.service'
      view.host.define({ [name]: `[Service]\nType=oneshot\nUser=nobody\nExecStart=${program}\n${extra}\n` })
      await view.host.supervisor.start(name, byRoot)
      await view.host.until(name, 'failed')
      assert.deepEqual(view.host.supervisor.status(name)?.lastExit?.exit, { kind: 'exited', code: 203 })
      assert.equal(view.host.output(name), '')
    }
  })

  it('a folder is entered as the user of the service, who may be kept out of it', async () => {
    const closed = view.path('closed')
    mkdirSync(closed, { mode: 0o700 })
    for (const sandboxed of ['', 'PrivateMounts=yes']) {
      const lines = `User=nobody\n${sandboxed}\nWorkingDirectory=`
      const { status: kept } = await view.look(`${lines}${closed}`, 'echo ran')
      assert.deepEqual(kept.lastExit?.exit, { kind: 'exited', code: 200 })
      assert.match(kept.reason, /CHDIR.*Permission denied/)
      const optional = await view.look(`${lines}-${closed}`, 'pwd; id -u')
      assert.equal(optional.text, '/\n65534\n', optional.status.reason)
      const home = await view.look(`User=daemon\n${sandboxed}\nWorkingDirectory=~`, 'pwd; env')
      assert.match(home.text, /^\/usr\/sbin\n/, home.status.reason)
      assert.doesNotMatch(home.text, /gitproc_|OLDPWD/)
      const open = await view.look(
        `${lines}/var/tmp\nEnvironment=LD_LIBRARY_PATH=/x "ODD=a b"`,
        'pwd; echo $ODD',
      )
      assert.equal(open.text, '/var/tmp\na b\n', open.status.reason)
      const root = await view.look(`${sandboxed}\nWorkingDirectory=${closed}`, 'pwd')
      assert.equal(root.text, `${closed}\n`)
    }
  })

  it('200 of its own is no folder that could not be entered', async () => {
    const { status: own } = await view.look('User=nobody\nWorkingDirectory=/var/tmp', 'exit 200')
    assert.deepEqual(own.lastExit?.exit, { kind: 'exited', code: 200 })
    assert.doesNotMatch(own.reason, /CHDIR/)
  })

  it('a service can put no link where its folder will be made', async () => {
    mkdirSync(view.path('victim'), { mode: 0o755 })
    const lines = 'User=nobody\nRuntimeDirectory=mine mine/deep\nRuntimeDirectoryPreserve=yes'
    await view.look(
      lines,
      `rmdir $RUNTIME_DIRECTORY; cd ${view.path('runtime/mine')} && rmdir deep && ln -s ${view.path('victim')} deep`,
    )
    const { status: ended } = await view.look(lines, 'true')
    assert.match(ended.reason, /symbolic link/)
    assert.equal(statSync(view.path('victim')).uid, 0)
    symlinkSync(view.path('victim'), view.path('runtime', 'by-root'))
    const { status: fine } = await view.look('RuntimeDirectory=by-root', 'true')
    assert.equal(fine.subState, 'dead')
  })
})
