/**
 * Every directive of isolation in the hands of an ordinary user: it works in a user namespace, or it is refused or said to
 * be missing. Looked at from inside; what works is asked of the kernel from outside, too.
 */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { UnitSecurity } from '../../src/api/contract.ts'
import { Sandbox } from '../support/sandbox.ts'

const isRoot = process.getuid?.() === 0

/** `refused`: the start fails with the words. `said`: it runs, and status names the words. Otherwise what the script says. */
type Row = readonly [lines: string, script: string, says: RegExp, what?: 'refused' | 'said']

const status = (fields: string): string => `grep -E "^(${fields}):" /proc/self/status`
const perl = (code: string): string => `perl -e "${code}" || echo failed`

const rows: readonly Row[] = [
  ['ProtectSystem=strict', 'touch /var/x /usr/x', /Read-only.*Read-only/s],
  ['ProtectSystem=full', 'touch /etc/x', /Read-only/],
  ['ProtectHome=yes', 'ls -A /home | wc -l', /^0$/m],
  ['ProtectHome=tmpfs', 'stat -f -c %T /home', /tmpfs/],
  ['PrivateTmp=yes', 'ls -A /tmp | wc -l; touch /tmp/x && echo mine', /^0\nmine/],
  ['ReadOnlyPaths=/var/tmp', 'touch /var/tmp/x', /Read-only/],
  ['InaccessiblePaths=/etc/hostname', 'cat /etc/hostname | wc -c', /^0$/m],
  ['BindReadOnlyPaths=/etc/hostname:/etc/motd', 'cmp /etc/hostname /etc/motd && echo same', /same/],
  ['BindPaths=/var/tmp:/mnt', 'touch /mnt/gitproc-u && rm /var/tmp/gitproc-u && echo same', /same/],
  ['TemporaryFileSystem=/srv', 'touch /srv/x && stat -f -c %T /srv', /tmpfs/],
  ['NoExecPaths=/usr/bin/true', '/usr/bin/true || echo no', /no/],
  ['PrivateDevices=yes', 'ls /dev/mem /dev/kmsg; echo x > /dev/null && echo null', /cannot access.*null/s],
  ['PrivateNetwork=yes', 'tail -n +3 /proc/net/dev | cut -d: -f1 | tr -d " "', /^lo\n$/],
  ['PrivateIPC=yes', 'readlink /proc/self/ns/ipc', /ipc:/],
  ['PrivateMounts=yes', 'readlink /proc/self/ns/mnt', /mnt:/],
  ['ProtectHostname=yes', 'hostname other', /must be root|not permitted/],
  [
    'ProtectKernelTunables=yes',
    'grep -c " /proc/sys ro" /proc/self/mounts; head -c1 /proc/kallsyms | wc -c',
    /^[^0].*\n.*0$/ms,
  ],
  ['ProtectControlGroups=yes', 'grep -c "/sys/fs/cgroup.* ro" /proc/self/mounts', /^[1-9]/],
  ['ProtectKernelModules=yes', 'ls -A /usr/lib/modules 2>/dev/null | wc -l', /^0$/m],
  ['ProtectKernelLogs=yes', 'dmesg -S', /not permitted|denied/],
  ['ProtectClock=yes', 'date -s @1', /not permitted/],
  ['NoNewPrivileges=yes', status('NoNewPrivs'), /1$/m],
  ['SystemCallFilter=~@mount', 'grep Seccomp: /proc/self/status', /2$/m],
  ['SystemCallFilter=~mkdir:EACCES mkdirat:EACCES', 'mkdir /tmp/gitproc-no', /Permission denied/],
  ['SystemCallArchitectures=native', status('Seccomp'), /2$/m],
  ['RestrictAddressFamilies=AF_UNIX', perl('socket(S,2,1,0) or print qq(\\$!)'), /not supported/],
  ['RestrictNamespaces=yes', 'unshare --user true', /not permitted/],
  ['MemoryDenyWriteExecute=yes', perl('print syscall(9,0,4096,7,34,-1,0)'), /^-1/],
  ['RestrictRealtime=yes', 'chrt -f 5 true', /not permitted/],
  [
    'RestrictSUIDSGID=yes',
    'cp /bin/true /var/tmp/gitproc-suid; chmod u+s /var/tmp/gitproc-suid; stat -c %a /var/tmp/gitproc-suid; rm /var/tmp/gitproc-suid',
    /not permitted\n755/,
  ],
  ['LockPersonality=yes', 'setarch linux32 uname -m || echo locked', /locked/],
  ['KeyringMode=private', 'grep -c _ses /proc/keys', /^1$/m],
  ['UMask=0077', 'umask', /0077/],
  ['LimitNOFILE=64', 'ulimit -n', /^64$/m],
  ['Nice=5', 'nice', /^5$/m],
  ['CPUSchedulingPolicy=batch', 'chrt -p $$', /SCHED_BATCH/],
  ['CPUAffinity=0', status('Cpus_allowed_list'), /0$/m],
  ['IOSchedulingClass=idle', 'ionice', /idle/],
  ['TimerSlackNSec=2ms', 'read slack </proc/$$/timerslack_ns; echo $slack', /2000000/],
  ['OOMScoreAdjust=321', 'cat /proc/self/oom_score_adj', /321/],
  ['RuntimeDirectory=u-own\nRuntimeDirectoryMode=0700', 'stat -c "%u %a" $RUNTIME_DIRECTORY', /^65534 700/],
  ['StateDirectory=u-own', 'touch $STATE_DIRECTORY/x && echo mine', /mine/],
  [
    'SetCredential=token:s3cret',
    'cat $CREDENTIALS_DIRECTORY/token; stat -c " %a" $CREDENTIALS_DIRECTORY/token',
    /s3cret 400/,
  ],
  [
    'LoadCredential=token:/etc/hostname',
    'cmp $CREDENTIALS_DIRECTORY/token /etc/hostname && echo same',
    /same/,
  ],
  ['ProtectProc=invisible', 'echo ran', /ProtectProc= \(only root can mount a \/proc\)/, 'said'],
  ['ProcSubset=pid', 'echo ran', /ProcSubset= \(only root can mount a \/proc\)/, 'said'],
  [
    'PrivateIPC=yes\n[Unit]\nJoinsNamespaceOf=row-0.service',
    'echo ran',
    /JoinsNamespaceOf= \(only root can/,
    'said',
  ],
  ['MemoryMax=64M', 'echo ran', /MemoryMax= \(/, 'said'],
  ['CPUQuota=10%', 'echo ran', /CPUQuota= \(/, 'said'],
  ['OOMScoreAdjust=-900', 'echo ran', /OOMScoreAdjust= \(without CAP_SYS_RESOURCE/, 'said'],
  ['PrivatePIDs=yes', 'echo ran', /PrivatePIDs=/, 'refused'],
  ['User=root', 'echo ran', /User=.*only root may/, 'refused'],
  ['User=daemon', 'echo ran', /User=.*only root may/, 'refused'],
  ['Group=daemon', 'echo ran', /Group=.*only root may/, 'refused'],
  ['SupplementaryGroups=daemon', 'echo ran', /SupplementaryGroups=.*only root may/, 'refused'],
  ['DynamicUser=yes', 'echo ran', /only root may/, 'refused'],
  ['CapabilityBoundingSet=CAP_CHOWN', 'echo ran', /CapabilityBoundingSet=.*only root may/, 'refused'],
  ['AmbientCapabilities=CAP_NET_RAW', 'echo ran', /AmbientCapabilities=.*only root may/, 'refused'],
  ['Nice=-5', 'echo ran', /Nice=-5: only root may/, 'refused'],
  ['CPUSchedulingPolicy=fifo', 'echo ran', /SETSCHEDULER/, 'refused'],
  ['RootDirectory=/nowhere', 'echo ran', /NAMESPACE/, 'refused'],
]

const unitOf = (lines: string, script: string): string =>
  `[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=/bin/sh -c 'exec 2>&1; ${script.replaceAll('%', '%%').replaceAll('$', '$$$$')}; exit 0'\n${lines}\n`

describe('an ordinary user', { skip: isRoot ? false : 'needs root, to become one' }, () => {
  const sandbox = new Sandbox({
    uid: 65534,
    gid: 65534,
    settings: { ROLLBACK_ON_FAILURE: 'no', CGROUP_ROOT: 'none' },
  })
  const nameOf = (index: number): string => `row-${index}.service`
  let canMount = true

  before(async () => {
    await sandbox.init({})
    await sandbox.start()
    const { limitations } = await sandbox.status()
    canMount = !limitations.some((sentence) => sentence.startsWith('namespaces for mounts'))
    const files = rows.map(([lines, script], index) => [nameOf(index), unitOf(lines, script)] as const)
    await sandbox.deploy(Object.fromEntries(files))
  })
  after(() => sandbox.end())

  for (const [index, [lines, , says, what]] of rows.entries())
    it(`${lines.replace('\n', ', ')}: ${what === undefined ? 'works' : `is ${what}`}`, async (context) => {
      const view = await sandbox.unit(nameOf(index))
      if (what === 'refused') {
        assert.equal(view.subState, 'failed', view.reason)
        assert.match(view.reason, says)
        return
      }
      if (!canMount && what === undefined && view.notEnforced.length > 0)
        return context.skip(view.notEnforced.join(', '))
      assert.equal(view.subState, 'exited', view.reason)
      const text = sandbox.readLog(nameOf(index))
      assert.match(what === 'said' ? view.notEnforced.join('\n') : text, says, text)
      assert.deepEqual(what === 'said' ? text : view.notEnforced, what === 'said' ? 'ran\n' : [])
    })

  it('sees from outside that it is so', async (context) => {
    if (!canMount) return context.skip('namespaces for mounts cannot be made here')
    const works = rows.filter(
      ([lines, , , what]) => what === undefined && !/Schedul|Credential|^Bind/.test(lines),
    )
    const all = works
      .map(([lines]) => lines)
      .filter((line) => !/SystemCallFilter=~mkdir|NoExec|Affinity|Nice/.test(line))
    await sandbox.deploy({ 'all.service': `[Service]\nExecStart=/bin/sleep 1000\n${all.join('\n')}\n` })
    const view = await sandbox.reaches('all.service', 'running')
    const answer = await sandbox.get<UnitSecurity>('/v1/units/all.service/security')
    assert.equal(answer.mainPid, view.mainPid)
    const gaps = answer.measures.filter(({ state }) => state === 'drifted' || state === 'unenforced')
    assert.deepEqual(gaps, [])
  })
})
