/**
 * Daemons that Debian ships, unmodified, one for each way of starting that the packages' own files have not: with and without
 * PID file, by socket, by connection, exec, idle. Those that are not installed are left out, with a sentence.
 */
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { Sandbox } from '../support/sandbox.ts'

const isRoot = process.getuid?.() === 0

const needs = (program: string): { readonly skip: false | string } => {
  if (!isRoot) return { skip: 'needs root' }
  return { skip: existsSync(program) ? false : `${program} is not installed` }
}

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })

/** The first line that it says, after a question where it is no daemon that speaks first. */
const firstLine = (port: number, question = ''): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(question))
    socket.setTimeout(20_000, () => socket.destroy(new Error('no answer')))
    socket.once('data', (data) => {
      resolve(data.toString('latin1').split('\n')[0]!.trim())
      socket.destroy()
    })
    socket.once('error', reject)
  })

const started = async (context: TestContext, files: Readonly<Record<string, string>>): Promise<Sandbox> => {
  const sandbox = new Sandbox()
  context.after(() => sandbox.end())
  await sandbox.init(files)
  await sandbox.start()
  const status = await sandbox.synced()
  assert.equal(status.health, 'Healthy', `${JSON.stringify(status.units)}\n${sandbox.daemonOutput}`)
  return sandbox
}

const commandOf = (pid: number): string => readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')

const memcached = '/usr/bin/memcached'

for (const [title, lines] of [
  ['forks away, and no file tells its pid', 'Type=forking\nExecStart=MEMCACHED -d'],
  [
    'forks away, and its file tells its pid',
    'Type=forking\nUser=nobody\nPIDFile=DIR/pid\nExecStart=MEMCACHED -d -P DIR/pid',
  ],
  ['is ready when it has been executed', 'Type=exec\nExecStart=MEMCACHED'],
  ['waits its turn', 'Type=idle\nExecStart=MEMCACHED'],
] as const)
  test(
    `memcached that ${title} is known by its pid, is restarted when it is killed, and stops`,
    needs(memcached),
    async (context) => {
      const port = await freePort()
      const place = `/run/gitproc-test-${process.pid}-${port}`
      const unit = lines
        .replace('MEMCACHED', `${memcached} -u nobody -l 127.0.0.1 -p ${port}`)
        .replaceAll('DIR', place)
      const sandbox = await started(context, {
        'cache.service': `[Service]\n${unit}\nRuntimeDirectory=${place.slice('/run/'.length)}\nTimeoutStartSec=20s\nRestart=always\nRestartSec=100ms\n`,
      })
      const { mainPid } = await sandbox.unit('cache.service')
      assert.match(commandOf(mainPid!), /^\/usr\/bin\/memcached .*nobody/)
      assert.match(await firstLine(port, 'version\r\n'), /^VERSION /)
      process.kill(mainPid!, 'SIGKILL')
      await sandbox.until(({ units }) => units[0]!.restarts === 1 && units[0]!.subState === 'running')
      await sandbox.gitproc('stop', 'cache')
      await assert.rejects(firstLine(port, 'version\r\n'), { code: 'ECONNREFUSED' })
    },
  )

const sshd = '/usr/sbin/sshd'
const sshFiles = '/lib/systemd/system'

test(
  "Debian's ssh.service and ssh.socket, as they are shipped, serve who comes to the socket",
  needs(join(sshFiles, 'ssh.socket')),
  async (context) => {
    const port = await freePort()
    const sandbox = await started(context, {
      'ssh.socket': readFileSync(join(sshFiles, 'ssh.socket'), 'utf8'),
      'ssh.service': readFileSync(join(sshFiles, 'ssh.service'), 'utf8'),
      'ssh.socket.d/port.conf': `[Socket]\nListenStream=\nListenStream=127.0.0.1:${port}\n`,
    })
    assert.equal((await sandbox.unit('ssh.service')).activeState, 'inactive')
    assert.match(await firstLine(port), /^SSH-2\.0-OpenSSH/)
    const { mainPid, subState } = await sandbox.reaches('ssh.service', 'running')
    assert.equal(subState, 'running')
    await sandbox.gitproc('restart', 'ssh')
    assert.match(await firstLine(port), /^SSH-2\.0-OpenSSH/)
    assert.notEqual((await sandbox.unit('ssh.service')).mainPid, mainPid)
  },
)

/** As Debian shipped it for as long as its socket accepted. */
const perConnection = `[Unit]
Description=OpenBSD Secure Shell per-connection server
After=auditd.service

[Service]
EnvironmentFile=-/etc/default/ssh
ExecStart=-/usr/sbin/sshd -i $SSHD_OPTS
StandardInput=socket
RuntimeDirectory=sshd
RuntimeDirectoryMode=0755
RuntimeDirectoryPreserve=yes
`

test('sshd -i has a process for each connection, and none remains', needs(sshd), async (context) => {
  const port = await freePort()
  const sandbox = await started(context, {
    'ssh.socket': `[Socket]\nListenStream=127.0.0.1:${port}\nAccept=yes\n`,
    'ssh@.service': perConnection,
  })
  const [first, second] = await Promise.all([firstLine(port), firstLine(port)])
  assert.match(first!, /^SSH-2\.0-OpenSSH/)
  assert.equal(second, first)
  const status = await sandbox.until(({ units }) => units.every(({ name }) => !/@\d/.test(name)))
  assert.match(status.units.find(({ name }) => name === 'ssh.socket')!.reason, /0 connections, 2 so far/)
})
