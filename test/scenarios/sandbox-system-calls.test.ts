/** Filters of system calls, looked at from inside the service; loaded by `confine.pl`. */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { InsideView } from '../support/look-inside.ts'

const isRoot = process.getuid?.() === 0

type Row = readonly [title: string, lines: string, script: string, says: RegExp]

const perl = (code: string): string => `perl -e "${code}" || echo failed`

const rows: readonly Row[] = [
  [
    'SystemCallFilter= of allowed calls, with an error',
    'SystemCallFilter=@system-service\nSystemCallErrorNumber=EPERM',
    'mount -t tmpfs none /mnt; echo on',
    /denied.*on/s,
  ],
  [
    'SystemCallFilter= of denied ones, with one of its own',
    'SystemCallFilter=~mkdir:EACCES mkdirat:EACCES',
    'mkdir /tmp/gitproc-never; echo on',
    /Permission denied\non/,
  ],
  [
    'SystemCallFilter= of a denied group, with an error',
    'SystemCallFilter=~@mount\nSystemCallErrorNumber=EACCES\nPrivateMounts=yes',
    'mount -t tmpfs none /mnt || umount /proc; echo on',
    /read-only.*not permitted.*on/s,
  ],
  [
    'SystemCallFilter= of several lists: what is allowed, without what is denied',
    'SystemCallFilter=@system-service\nSystemCallFilter=~@resources @chown\nSystemCallErrorNumber=EXDEV',
    'chown nobody /tmp; nice -n 5 true; echo on',
    /cross-device.*on/s,
  ],
  [
    'RestrictNamespaces= denies entering those of others, too',
    'RestrictNamespaces=yes\nPrivatePIDs=no',
    'nsenter --uts=/proc/self/ns/uts true; unshare --mount --fork true; echo on',
    /not permitted.*not permitted.*on/s,
  ],
  [
    'ProtectKernelModules= denies loading and unloading, whatever the capabilities',
    'ProtectKernelModules=yes',
    perl('my \\$name = q(nope); print syscall(176,\\$name,0), qq( \\$!)'),
    /^-1 Operation not permitted/,
  ],
  [
    'PrivateDevices= denies ports of the hardware',
    'PrivateDevices=yes',
    perl('print syscall(172,3), qq( \\$!)'),
    /^-1 Operation not permitted/,
  ],
  [
    'RestrictSUIDSGID= looks at every way to make such a file',
    'RestrictSUIDSGID=yes',
    'install -m 4755 /bin/true /var/tmp/gitproc-suid; mkdir -m 2755 /var/tmp/gitproc-sgid; stat -c %a /var/tmp/gitproc-suid /var/tmp/gitproc-sgid; rm -r /var/tmp/gitproc-s*id',
    /not permitted.*not permitted/s,
  ],
  [
    'RestrictAddressFamilies=',
    'RestrictAddressFamilies=AF_UNIX',
    perl('socket(S,2,1,0) or print qq(\\$! ); socket(S,1,1,0) and print q(unix)'),
    /not supported by protocol.*unix/s,
  ],
  [
    'RestrictAddressFamilies=none',
    'RestrictAddressFamilies=none',
    perl('socket(S,1,1,0) or print qq(\\$!)'),
    /not supported by protocol/,
  ],
  [
    'RestrictNamespaces=yes',
    'RestrictNamespaces=yes',
    'unshare --uts true; echo on',
    /Operation not permitted\non/,
  ],
  [
    'RestrictNamespaces= of some',
    'RestrictNamespaces=uts',
    'unshare --uts echo uts; unshare --net true',
    /^uts\n.*not permitted/,
  ],
  ['MemoryDenyWriteExecute=', 'MemoryDenyWriteExecute=yes', perl('print syscall(9,0,4096,7,34,-1,0)'), /^-1/],
  ['RestrictRealtime=', 'RestrictRealtime=yes', 'chrt -f 5 true', /not permitted/],
  [
    'RestrictSUIDSGID=',
    'RestrictSUIDSGID=yes',
    'cp /bin/true /tmp/gitproc-suid; chmod u+s /tmp/gitproc-suid; stat -c %a /tmp/gitproc-suid; rm /tmp/gitproc-suid',
    /not permitted\n755/,
  ],
  ['LockPersonality=', 'LockPersonality=yes', 'setarch linux32 uname -m || echo locked', /locked/],
  [
    'ProtectHostname= denies the name altogether',
    'ProtectHostname=yes',
    'hostname other; hostname',
    /you must be root|not permitted/,
  ],
  ['ProtectClock=', 'ProtectClock=yes', 'date -s @1', /not permitted/],
  ['ProtectKernelLogs=', 'ProtectKernelLogs=yes', 'dmesg -S', /not permitted|Operation/],
  [
    'SystemCallArchitectures=native lets native programs run',
    'SystemCallArchitectures=native',
    'echo fine',
    /^fine/,
  ],
  [
    'another user gets no new privileges for it',
    'User=nobody\nSystemCallFilter=@system-service',
    'grep -E "NoNew|Seccomp:" /proc/self/status',
    /NoNewPrivs:\t1\nSeccomp:\t2/,
  ],
]

describe('what a service may ask of the kernel', { skip: isRoot ? false : 'needs root' }, () => {
  let view: InsideView
  before(async () => {
    view = await InsideView.open()
  })
  after(() => view.close())

  for (const [title, lines, script, says] of rows) {
    it(title, async () => {
      const { text, status } = await view.look(lines, script)
      assert.match(text, says, `${text}\n${status.reason}`)
      assert.deepEqual(status.notEnforced, [])
    })
  }

  it('a denied call without an error ends the service by SIGSYS', async () => {
    const { status } = await view.look('SystemCallFilter=~mkdir mkdirat', 'exec mkdir /tmp/gitproc-never')
    assert.deepEqual(status.lastExit?.exit.kind === 'killed' && status.lastExit.exit.signal, 'SIGSYS')
  })
})
