/** Mounts and namespaces of a service, looked at from inside; `confine.pl` on a real kernel. */
import assert from 'node:assert/strict'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { after, before, describe, it } from 'node:test'
import { InsideView } from '../support/look-inside.ts'

const isRoot = process.getuid?.() === 0

/** Directives, what the script does, what it says. */
type Row = readonly [title: string, lines: string, script: string, says: RegExp, saysNot?: RegExp]

const denied = /Read-only file system/

const rows: readonly Row[] = [
  [
    'ProtectSystem=yes: /usr is read-only, /etc is not',
    'ProtectSystem=yes',
    'touch /usr/x; touch /etc/gitproc-inside && rm /etc/gitproc-inside && echo fine',
    /Read-only file system\nfine/,
  ],
  [
    'ProtectSystem=full: /etc, too',
    'ProtectSystem=full',
    'touch /etc/x; touch /var/tmp/gitproc-inside && rm /var/tmp/gitproc-inside && echo fine',
    /Read-only file system\nfine/,
  ],
  [
    'ProtectSystem=strict: everything but /dev, /proc, /sys and what is said',
    'ProtectSystem=strict\nReadWritePaths=/var/tmp',
    'touch /var/x; echo > /dev/null && touch /var/tmp/gitproc-inside && rm /var/tmp/gitproc-inside && echo fine',
    /Read-only file system\nfine/,
  ],
  [
    'ProtectSystem=strict leaves the service its own folders',
    'ProtectSystem=strict\nRuntimeDirectory=app',
    'touch $RUNTIME_DIRECTORY/x && echo fine',
    /^fine/,
  ],
  [
    'ProtectHome=yes: nobody is at home',
    'ProtectHome=yes',
    'ls -A /root; ls -A /home; echo .',
    /^\.$/m,
    /bashrc/,
  ],
  ['ProtectHome=read-only', 'ProtectHome=read-only', 'ls -A /root >/dev/null && touch /root/x', denied],
  [
    'ProtectHome=tmpfs: an empty home',
    'ProtectHome=tmpfs',
    'ls -A /root; touch /root/x; stat -f -c %T /root',
    /Read-only file system\ntmpfs/,
  ],
  [
    'ReadOnlyPaths= and ReadWritePaths= nest',
    'ReadOnlyPaths=/var /var/tmp/none-such-1\nReadOnlyPaths=\nReadOnlyPaths=/var -/nope\nReadWritePaths=/var/tmp',
    'touch /var/x; touch /var/tmp/gitproc-y && rm /var/tmp/gitproc-y && echo fine',
    /Read-only file system\nfine/,
  ],
  [
    'InaccessiblePaths= hides a folder and a file',
    'InaccessiblePaths=/usr/share /etc/passwd',
    'ls -A /usr/share; cat /etc/passwd; echo x > /etc/passwd; wc -c /etc/passwd',
    /Read-only file system\n0 \/etc\/passwd/,
  ],
  [
    'what is below an inaccessible path does not come back',
    'InaccessiblePaths=/usr/share\nReadWritePaths=/usr/share/doc',
    'ls -A /usr/share; echo .',
    /^\.\n$/,
  ],
  [
    'NoExecPaths= and ExecPaths=',
    'NoExecPaths=/\nExecPaths=/usr /lib /lib64 /bin',
    'cp /bin/true /var/tmp/gitproc-true; /var/tmp/gitproc-true || echo not run; rm /var/tmp/gitproc-true; /usr/bin/true && echo run',
    /Permission denied\nnot run\nrun/,
  ],
  [
    'BindPaths= puts a folder elsewhere, and may be written to',
    'BindPaths=/var/tmp:/mnt',
    'touch /mnt/gitproc-b && rm /var/tmp/gitproc-b && echo fine',
    /^fine/,
  ],
  [
    'BindReadOnlyPaths= may not',
    'BindReadOnlyPaths=/etc/hostname:/etc/motd /usr/share:/mnt',
    'cmp /etc/hostname /etc/motd && touch /mnt/x',
    denied,
  ],
  [
    'BindPaths= with a source that is not there, and need not be',
    'BindPaths=-/nowhere:/mnt',
    'echo fine',
    /^fine/,
  ],
  [
    'TemporaryFileSystem= is empty, and can have windows',
    'TemporaryFileSystem=/var:ro,size=1M\nBindReadOnlyPaths=/var/lib/dpkg',
    'ls -A /var /var/lib; touch /var/x; stat -f -c %T /var; test -f /var/lib/dpkg/status && echo there',
    /\/var:\nlib\n\n\/var\/lib:\ndpkg\n.*Read-only file system\ntmpfs\nthere/s,
  ],
  [
    'TemporaryFileSystem= may be written to',
    'TemporaryFileSystem=/mnt',
    'touch /mnt/x && stat -c %a /mnt',
    /^755/,
  ],
  [
    'PrivateTmp=yes: /tmp and /var/tmp are empty, and open to all',
    'PrivateTmp=yes',
    'ls -A /tmp /var/tmp; touch /tmp/x /var/tmp/y; stat -c %a /tmp /var/tmp; ls /tmp',
    /^\/tmp:\n\n\/var\/tmp:\n1777\n1777\nx\n/,
  ],
  [
    'PrivateDevices=yes: no disks, no memory, but /dev/null',
    'PrivateDevices=yes',
    'ls /dev; echo x > /dev/null && head -c 4 /dev/urandom | wc -c; mknod /dev/sda b 8 0; echo x > /dev/shm/gitproc-s && rm /dev/shm/gitproc-s && echo shm; readlink /dev/stdin',
    /^4$.*(Read-only file system|Operation not permitted).*shm\n\/proc\/self\/fd\/0/ms,
    /^(sd|vd|loop|mem|kmsg)/m,
  ],
  [
    'ProtectKernelTunables=yes: /proc/sys and /sys are read-only',
    'ProtectKernelTunables=yes',
    'echo x > /proc/sys/kernel/domainname; touch /sys/x; cat /proc/kallsyms',
    /(?:(?:Read-only file system|Permission denied).*){2}/s,
  ],
  ['ProtectControlGroups=yes', 'ProtectControlGroups=yes', 'mkdir /sys/fs/cgroup/gitproc-x', denied],
  [
    'ProtectKernelModules=yes: no modules to be seen',
    'ProtectKernelModules=yes',
    'ls -A /usr/lib/modules 2>/dev/null; echo .',
    /^\.\n$/,
  ],
  [
    'ProtectKernelLogs=yes',
    'ProtectKernelLogs=yes',
    'echo x > /dev/kmsg; head -c1 /dev/kmsg | wc -c',
    /^0$/m,
  ],
  [
    'ProtectProc=invisible and ProcSubset=pid, for another user',
    'ProtectProc=invisible\nProcSubset=pid\nUser=nobody',
    'test -d /proc/1 || echo hidden; test -e /proc/meminfo || echo subset; test -r /proc/self/status && echo self',
    /^hidden\nsubset\nself/,
  ],
  [
    'PrivateNetwork=yes: only a loopback device, and it is up',
    'PrivateNetwork=yes',
    'cat /proc/net/dev | tail -n +3 | cut -d: -f1; cat /sys/class/net/lo/flags 2>/dev/null; ip -o link show up | wc -l',
    /^ *lo\n.*^1$/ms,
  ],
  [
    'PrivateIPC=yes: a namespace of its own',
    'PrivateIPC=yes',
    'readlink /proc/self/ns/ipc; stat -f -c %T /dev/mqueue',
    /^ipc:/,
  ],
  [
    'PrivateMounts=yes: what it mounts stays inside',
    'PrivateMounts=yes',
    'mount -t tmpfs none /mnt && stat -f -c %T /mnt',
    /^tmpfs/,
  ],
  ['MountFlags=private', 'MountFlags=private', 'grep -c "shared:\\|master:" /proc/self/mountinfo', /^0$/m],
]

const privateFolders = (): readonly string[] =>
  ['/tmp', '/var/tmp']
    .flatMap((folder) => readdirSync(folder))
    .filter((name) => name.startsWith('gitproc-private-'))

/** Folders of other daemons on this host. */
const strangers = privateFolders()

describe('the file system and the namespaces of a service', { skip: isRoot ? false : 'needs root' }, () => {
  let view: InsideView
  before(async () => {
    view = await InsideView.open()
  })
  after(() => view.close())

  for (const [title, lines, script, says, saysNot] of rows) {
    it(title, async () => {
      const { text, status } = await view.look(lines, script)
      assert.match(text, says, `${text}\n${status.reason}`)
      if (saysNot !== undefined) assert.doesNotMatch(text, saysNot)
      assert.deepEqual(status.notEnforced, [])
    })
  }

  it('nothing of it reaches the host', () => {
    assert.notEqual(readFileSync('/proc/sys/kernel/hostname', 'utf8'), 'gitproc-inside\n')
    assert.ok(!readFileSync('/proc/mounts', 'utf8').includes(' /mnt '))
    assert.deepEqual(
      privateFolders().filter((name) => !strangers.includes(name)),
      [],
    )
  })

  it('a path that is not there fails the start, with its name and 226', async () => {
    const { status } = await view.look('ReadOnlyPaths=/no/such/path', 'echo ran')
    assert.equal(status.subState, 'failed')
    assert.match(status.reason, /NAMESPACE.*ReadOnlyPaths=\/no\/such\/path: No such file/)
    assert.deepEqual(status.lastExit?.exit, { kind: 'exited', code: 226 })
  })

  it('RootDirectory= is all that it sees, and `..` does not lead out', async () => {
    const root = view.path('root')
    mkdirSync(root)
    for (const name of ['usr', 'etc', 'mnt']) mkdirSync(`${root}/${name}`)
    for (const name of ['bin', 'lib', 'lib64']) symlinkSync(`usr/${name}`, `${root}/${name}`)
    symlinkSync('/../../../etc', `${root}/escape`)
    writeFileSync(`${root}/etc/inside`, 'inside')
    const lines = `RootDirectory=${root}\nBindReadOnlyPaths=/usr\nBindReadOnlyPaths=/etc/hostname:/escape/window\nUser=nobody\nRuntimeDirectory=rooted\nWorkingDirectory=/mnt`
    const { text, status } = await view.look(
      lines,
      'pwd; cat /../../etc/inside; ls -A /etc; touch $RUNTIME_DIRECTORY/x; id -u; test -d /proc/self && echo proc; ls /var',
    )
    assert.match(
      text,
      /^\/mnt\ninsideinside\nwindow\n65534\nproc\ngitproc-inside-\w+\n$/,
      `${text} ${status.reason}`,
    )
    assert.ok(existsSync(`${root}/etc/window`), 'a link in the root leads into the root')
  })

  it('what a protection takes away is gone from the capabilities, too', async () => {
    const taken = {
      PrivateDevices: [17, 27],
      ProtectKernelModules: [16],
      ProtectKernelLogs: [34],
      ProtectClock: [25, 35],
    }
    for (const [directive, numbers] of Object.entries(taken)) {
      const { text } = await view.look(`${directive}=yes`, 'grep CapBnd /proc/self/status')
      const set = BigInt(`0x${/[0-9a-f]{16}/.exec(text)?.[0]}`)
      for (const number of numbers) assert.equal((set >> BigInt(number)) & 1n, 0n, `${directive} ${text}`)
      assert.equal(set & 1n, 1n)
    }
  })

  it('a unit that asks for nothing has the namespaces of the host', async () => {
    const { text } = await view.look(
      '',
      'readlink /proc/self/ns/mnt /proc/self/ns/net; readlink /proc/$PPID/ns/mnt',
    )
    const own = ['mnt', 'net'].map((kind) => statSync(`/proc/self/ns/${kind}`).ino)
    assert.deepEqual(text.match(/\d+/g)?.slice(0, 2).map(Number), own)
  })

  it('ExecStartPre= is in the same sandbox, and `+` in none', async () => {
    const pre =
      'ExecStartPre=/bin/sh -c "touch /usr/x || echo locked"\nExecStartPre=+/bin/sh -c "touch /usr/gitproc-x && rm /usr/gitproc-x && echo free"'
    const { text } = await view.look(`ProtectSystem=yes\n${pre}`, 'touch /usr/x')
    assert.match(text, /^locked\nfree\n/)
  })
})
