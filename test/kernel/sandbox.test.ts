/** A sandbox and limits together, on a kernel that has all controllers. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { Sandbox } from '../support/sandbox.ts'

const cgroupOf = (pid: number): string =>
  join('/sys/fs/cgroup', /^0::(.*)$/m.exec(readFileSync(`/proc/${pid}/cgroup`, 'utf8'))![1]!)

const careful = `User=nobody
ProtectSystem=strict
ProtectHome=yes
PrivateTmp=yes
PrivateDevices=yes
PrivateNetwork=yes
ProtectKernelTunables=yes
ProtectControlGroups=yes
NoNewPrivileges=yes
CapabilityBoundingSet=
RestrictNamespaces=yes
SystemCallFilter=@system-service
RuntimeDirectory=careful
MemoryMax=64M
TasksMax=20
OOMPolicy=kill`

describe('a sandbox on a kernel with cgroup v2', () => {
  const sandbox = new Sandbox({ settings: { CGROUP_ROOT: 'auto', ROLLBACK_ON_FAILURE: 'no' } })
  before(async () => {
    const script =
      'exec 2>&1; touch /usr/x; touch $$RUNTIME_DIRECTORY/x && echo own; ls -A /tmp; id -u; mkdir /sys/fs/cgroup/x; ip -o link show up | wc -l; echo looked; exec sleep 1000'
    await sandbox.init({ 'careful.service': `[Service]\nExecStart=/bin/sh -c '${script}'\n${careful}\n` })
    await sandbox.start()
    await sandbox.synced()
  })
  after(() => sandbox.end())

  test('is all there, seen from inside', async () => {
    const view = await sandbox.unit('careful.service')
    assert.equal(view.subState, 'running', view.reason)
    while (!sandbox.readLog('careful.service').includes('looked')) await delay(10)
    const text = sandbox.readLog('careful.service')
    assert.match(
      text,
      /^touch: .*Read-only file system\nown\n65534\nmkdir: .*Read-only file system\n1\nlooked\n$/,
    )
  })

  test('is all there, seen from outside', async () => {
    const { mainPid, notEnforced } = await sandbox.unit('careful.service')
    const status = readFileSync(`/proc/${mainPid}/status`, 'utf8')
    assert.match(status, /^CapBnd:\t0{16}$/m)
    assert.match(status, /^NoNewPrivs:\t1$/m)
    const filters = notEnforced.filter((sentence) => !/^(SystemCall|Restrict)/.test(sentence))
    assert.deepEqual(filters, [])
    if (notEnforced.length === 0) assert.match(status, /^Seccomp:\t2$/m)
    const folder = cgroupOf(mainPid!)
    assert.equal(readFileSync(join(folder, 'memory.max'), 'utf8').trim(), String(64 * 1024 * 1024))
    assert.equal(readFileSync(join(folder, 'memory.oom.group'), 'utf8').trim(), '1')
    assert.equal(readFileSync(join(folder, 'pids.max'), 'utf8').trim(), '20')
  })
})
