import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, test } from 'node:test'
import { HostConditionFacts } from '../../src/supervisor/condition-facts.ts'
import { expandBraces } from '../../src/supervisor/conditions/path-glob.ts'

const made: string[] = []
after(() => {
  for (const folder of made) rmSync(folder, { recursive: true })
})

/** A host whose files are these and no others. */
const host = (files: Readonly<Record<string, string>>) => {
  const root = mkdtempSync(join(tmpdir(), 'gitproc-host-'))
  made.push(root)
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  const known = {
    architecture: 'x86-64',
    machineId: '',
    osRelease: {},
    users: new Map([['web', { uid: 1000, gid: 1000, home: '/', shell: '/bin/sh' }]]),
    groups: new Map([['adm', 4]]),
  }
  return { root, facts: new HostConditionFacts(known, {}, root) }
}

test('paths are looked at as they are when asked', () => {
  const { root, facts } = host({
    'etc/app.conf': 'x',
    'etc/empty': '',
    'var/.hidden': '',
    'bin/tool': '#!/bin/sh',
  })
  symlinkSync('nowhere', join(root, 'etc/broken'))
  chmodSync(join(root, 'bin/tool'), 0o755)
  assert.ok(facts.isPath('PathExists', '/etc/app.conf'))
  assert.ok(!facts.isPath('PathExists', '/etc/broken'))
  assert.ok(facts.isPath('PathIsSymbolicLink', '/etc/broken'))
  assert.ok(facts.isPath('PathIsDirectory', '/etc'))
  assert.ok(facts.isPath('DirectoryNotEmpty', '/etc'))
  assert.ok(!facts.isPath('DirectoryNotEmpty', '/var'))
  assert.ok(!facts.isPath('DirectoryNotEmpty', '/etc/app.conf'))
  assert.ok(facts.isPath('FileNotEmpty', '/etc/app.conf'))
  assert.ok(!facts.isPath('FileNotEmpty', '/etc/empty'))
  assert.ok(facts.isPath('FileIsExecutable', '/bin/tool'))
  assert.ok(!facts.isPath('FileIsExecutable', '/etc/app.conf'))
})

test('patterns look through folders, and leave hidden names alone', () => {
  const { facts } = host({ 'etc/a.d/one.conf': '', 'etc/.secret': '' })
  for (const pattern of ['/etc/*.d/one.*', '/etc/{b,a}.d', '/etc/.*', '/etc/a.d/one.conf'])
    assert.ok(facts.isPath('PathExistsGlob', pattern), pattern)
  for (const pattern of ['/etc/*secret', '/etc/*.d/two*', '/nope/*'])
    assert.ok(!facts.isPath('PathExistsGlob', pattern), pattern)
  assert.deepEqual([...new Set(expandBraces('a{b,c}{1,2}'))], ['ab1', 'ab2', 'ac1', 'ac2'])
  assert.deepEqual([...new Set(expandBraces('a{b,c{d,e}}'))].sort(), ['ab', 'acd', 'ace'])
})

test('mounts say what is a mount point and what is read-only', () => {
  const { facts } = host({
    'proc/self/mountinfo': [
      '20 1 8:1 / / rw,relatime - ext4 /dev/sda1 rw',
      '21 20 8:2 / /data\\040disk ro,relatime shared:1 - ext4 /dev/sda2 rw',
      '22 20 8:3 / /srv rw - ext4 /dev/sda3 ro',
    ].join('\n'),
    'data disk/file': '',
    'srv/file': '',
    'home/file': '',
  })
  assert.ok(facts.isPath('PathIsMountPoint', '/data disk'))
  assert.ok(!facts.isPath('PathIsMountPoint', '/data disk/file'))
  assert.ok(!facts.isPath('PathIsReadWrite', '/data disk/file'))
  assert.ok(!facts.isPath('PathIsReadWrite', '/srv/file'))
  assert.ok(facts.isPath('PathIsReadWrite', '/home/file'))
  assert.ok(!facts.isPath('PathIsReadWrite', '/gone'))
})

test('a folder needs an update when /usr is newer than its mark', () => {
  const { root, facts } = host({ 'usr/bin/x': '', 'etc/.updated': '', 'var/x': '' })
  utimesSync(join(root, 'usr'), 1000, 1000)
  utimesSync(join(root, 'etc/.updated'), 2000, 2000)
  assert.ok(!facts.isPath('NeedsUpdate', '/etc'))
  assert.ok(facts.isPath('NeedsUpdate', '/var'))
  utimesSync(join(root, 'usr'), 3000, 3000)
  assert.ok(facts.isPath('NeedsUpdate', '/etc'))
})

test('containers come before the machine they run on', () => {
  const firmware = { 'sys/class/dmi/id/sys_vendor': 'QEMU\n' }
  assert.deepEqual(host({}).facts.virtualization, { kind: 'none', id: 'none', hasPrivateUsers: false })
  assert.equal(host(firmware).facts.virtualization.id, 'qemu')
  assert.equal(host({ ...firmware, '.dockerenv': '' }).facts.virtualization.id, 'docker')
  assert.equal(
    host({ 'run/systemd/container': 'systemd-nspawn\n' }).facts.virtualization.id,
    'systemd-nspawn',
  )
  assert.ok(host({ 'proc/self/uid_map': '0 100000 65536' }).facts.virtualization.hasPrivateUsers)
})

test('a container has no kernel command line but that of its first process', () => {
  const files = { 'proc/cmdline': 'root=/dev/sda1 quiet\n', 'proc/1/cmdline': '/sbin/init\0verbose\0' }
  assert.equal(host(files).facts.kernelCommandLine, 'root=/dev/sda1 quiet')
  assert.equal(host({ ...files, '.dockerenv': '' }).facts.kernelCommandLine, '/sbin/init verbose')
})

test('power comes from the wall unless a battery drains', () => {
  const battery = {
    'sys/class/power_supply/BAT0/type': 'Battery',
    'sys/class/power_supply/BAT0/status': 'Discharging',
  }
  assert.ok(host({}).facts.isOnAcPower)
  assert.ok(!host(battery).facts.isOnAcPower)
  assert.ok(host({ ...battery, 'sys/class/power_supply/AC/online': '1' }).facts.isOnAcPower)
})

test('capabilities, features, controllers and pressure are those the kernel shows', () => {
  const { facts } = host({
    'proc/self/status': 'Name:\tx\nCapBnd:\t0000000000001001\n',
    'proc/cpuinfo': 'processor: 0\nflags\t\t: sse4_2 rdrand\n',
    'sys/fs/cgroup/cgroup.controllers': 'cpu memory\n',
    'sys/fs/cgroup/a.slice/a-b.slice/memory.pressure':
      'some avg10=1.00 avg60=2.00 avg300=3.00 total=1\nfull avg10=0.10 avg60=0.20 avg300=0.30 total=1\n',
    'sys/module/apparmor/parameters/enabled': 'Y\n',
  })
  assert.deepEqual([...facts.capabilities], [0, 12])
  assert.ok(facts.cpuFeatures.has('rdrand'))
  assert.deepEqual(facts.cgroups, { isUnified: true, controllers: new Set(['cpu', 'memory']) })
  assert.deepEqual(facts.pressure('memory', 'a-b.slice'), { avg10: 0.1, avg60: 0.2, avg300: 0.3 })
  assert.equal(facts.pressure('memory', undefined), undefined)
  assert.deepEqual([...facts.security], ['apparmor'])
  assert.equal(facts.uidOf('web'), 1000)
  assert.equal(facts.gidOf('adm'), 4)
})
