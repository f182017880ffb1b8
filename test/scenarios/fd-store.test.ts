/** Descriptors that a service leaves with its supervisor: over its own restarts, and over a death of the daemon. */
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { Sandbox } from '../support/sandbox.ts'
import { untilWritten } from '../support/until-written.ts'

/** Counts its starts in a memory file that only the store holds. */
const program = `import array, os, signal, socket, time
def say(text, fds=()):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as there:
        there.connect(os.environ["NOTIFY_SOCKET"])
        there.sendmsg([text.encode()], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", fds))] if fds else [])
names = os.environ.get("LISTEN_FDNAMES", "")
if names:
    fd = 3 + names.split(":").index("count")
else:
    fd = os.memfd_create("count")
os.lseek(fd, 0, os.SEEK_END)
os.write(fd, b"x")
print("start", os.fstat(fd).st_size, names or "nothing", flush=True)
say("FDSTORE=1\\nFDNAME=count", [fd])
say("FDSTORE=1\\nFDNAME=more", [os.memfd_create("more")])
say("FDSTORE=1\\nFDNAME=toomany", [os.memfd_create("toomany")])
signal.signal(signal.SIGUSR1, lambda *_: say("FDSTOREREMOVE=1\\nFDNAME=more"))
say("READY=1")
while True: time.sleep(100)
`

test('what a service stores comes back with its next start, also when the daemon has died between', async (context) => {
  const sandbox = new Sandbox({ settings: { PRIVATE_PIDS: 'no' } })
  context.after(() => sandbox.end())
  writeFileSync(join(sandbox.prefix, 'counter.py'), program)
  await sandbox.init({
    'counter.service': `[Service]
Type=notify
ExecStart=/usr/bin/python3 ${join(sandbox.prefix, 'counter.py')}
FileDescriptorStoreMax=2
Restart=always
RestartSec=0
`,
  })
  await sandbox.start()
  await sandbox.synced()
  const log = join(sandbox.prefix, 'logs/counter.service/out')
  assert.equal(await untilWritten(log, 'start 1'), 'start 1 nothing\n')
  const crash = async (): Promise<void> => {
    process.kill((await sandbox.unit('counter.service')).mainPid!, 'SIGKILL')
  }
  await crash()
  await untilWritten(log, 'start 2 count:more\n')
  await sandbox.reaches('counter.service', 'running')
  process.kill((await sandbox.unit('counter.service')).mainPid!, 'SIGUSR1')
  await sandbox.gitproc('restart', 'counter')
  await untilWritten(log, 'start 3 count')
  await sandbox.kill()
  await sandbox.start()
  await crash()
  await untilWritten(log, /start 4 count/)
  await sandbox.gitproc('stop', 'counter')
  await sandbox.gitproc('start', 'counter')
  await untilWritten(log, /start 4 count.*start 1 nothing/s)
})
