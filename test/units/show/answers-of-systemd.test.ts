/** Lines whose meaning was asked of systemd 252 itself, booted in a guest (`test/oracle/systemd/`): rules that no man page tells. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loadUnit } from '../../../src/units/load.ts'
import { showUnit } from '../../../src/units/show/show-unit.ts'
import { someHost, treeOf } from '../../support/trees.ts'

/** What it takes to be loaded. */
const base = {
  service: '[Service]\nType=oneshot\nExecStart=/bin/true\n',
  socket: '[Socket]\nListenStream=/run/x\n',
  timer: '[Timer]\nOnBootSec=5\n',
  path: '[Path]\nPathExists=/x\n',
  slice: '[Slice]\n',
} as const

type Type = keyof typeof base

const load = (type: Type, lines: string) =>
  loadUnit(`t.${type}`, treeOf({ [`t.${type}`]: `${base[type]}${lines}\n` }), someHost)!

const recursive = 16_384

const answers: readonly (readonly [type: Type, lines: string, property: string, value: unknown])[] = [
  // Blanks that are none to C are a part of the text.
  ['service', 'LogLevelMax=\u00a05', 'LogLevelMax', -1],
  ['service', 'CPUShares=\u00a05', 'CPUShares', undefined],
  // In lists a backslash only protects what follows it; words before an open quote count.
  ['service', 'ReadOnlyPaths=/with\\x20space', 'ReadOnlyPaths', ['/withx20space']],
  ['service', 'ExecPaths=/a\\:b', 'ExecPaths', ['/a:b']],
  ['service', 'InaccessiblePaths=/a "b', 'InaccessiblePaths', ['/a']],
  ['service', 'SupplementaryGroups="5"', 'SupplementaryGroups', ['"5"']],
  ['service', 'RestrictNamespaces="net"', 'RestrictNamespaces', 'no'],
  // A field of a bind mount ends at a colon or blank; one that is no path is passed over by itself.
  ['service', 'BindPaths=/a:/b:', 'BindPaths', [['/a', '/b', false, recursive]]],
  ['service', 'BindPaths=:/a', 'BindPaths', [['/a', '/a', false, recursive]]],
  ['service', 'BindPaths="/a b:/c":/d', 'BindPaths', [['/a b:/c', '/d', false, recursive]]],
  ['service', 'BindPaths=/a "/b', 'BindPaths', [['/a', '/a', false, recursive]]],
  ['service', 'TemporaryFileSystem=/a:mode=0755,x=%n', 'TemporaryFileSystem', [['/a', 'mode=0755,x=%n']]],
  ['service', 'TemporaryFileSystem=/a\\:b:ro', 'TemporaryFileSystem', [['/a', 'b:ro']]],
  // Escapes in the names of folders are undone after the colon has parted them.
  ['service', 'RuntimeDirectory=a\\:b', 'RuntimeDirectory', ['a:b']],
  ['service', 'RuntimeDirectory=a\\x3ab', 'RuntimeDirectory', ['a:b']],
  ['service', 'RuntimeDirectory=a:b:c', 'RuntimeDirectorySymlink', [['a', 'b', 0]]],
  ['service', 'RuntimeDirectory="a:b c"', 'RuntimeDirectorySymlink', [['a', 'b c', 0]]],
  ['service', 'RuntimeDirectory=a\\q', 'RuntimeDirectory', []],
  ['service', 'ConfigurationDirectory=a:b c', 'ConfigurationDirectory', ['c']],
  // ProtectClock= adds the clock to a list of devices where there is one.
  ['service', 'ProtectClock=yes', 'DeviceAllow', []],
  ['service', 'ProtectClock=yes\nDevicePolicy=closed', 'DeviceAllow', [['char-rtc', 'r']]],
  ['service', 'Delegate=bogus', 'Delegate', true],
  ['slice', 'Delegate=yes', 'Delegate', false],
  ['slice', 'Slice=user.slice', 'Slice', '-.slice'],
  ['slice', '', 'Description', 'Slice /t'],
  ['service', 'SystemCallArchitectures=bogus native', 'SystemCallArchitectures', ['native']],
  ['service', 'SystemCallErrorNumber=eperm', 'SystemCallErrorNumber', 1],
  [
    'service',
    'RestrictAddressFamilies=none\nRestrictAddressFamilies=~AF_INET',
    'RestrictAddressFamilies',
    [false, ['AF_INET']],
  ],
  ['service', 'LimitLOCKS=18446744073709551615', 'LimitLOCKS', 'infinity'],
  ['service', 'LimitNOFILE=5\nLimitNOFILE=18446744073709551615', 'LimitNOFILE', 5],
  ['service', 'LimitNICE=infinity', 'LimitNICE', 0],
  ['service', 'TasksMax=5\nTasksMax=18446744073709551615', 'TasksMax', 5],
  ['service', 'TasksMax=0%', 'TasksMax', 0],
  ['service', 'MemoryAccounting=no\nMemoryAccounting=', 'MemoryAccounting', false],
  ['service', 'StartLimitBurst=-0', 'StartLimitBurst', 0],
  ['service', 'TimerSlackNSec=+5', 'TimerSlackNSec', 5],
  ['service', 'CPUSchedulingPriority=010', 'CPUSchedulingPriority', 8],
  ['service', 'StandardInputData=BASE64', 'StandardInput', 'null'],
  ['socket', 'StandardInputText=x', 'StandardInput', 'null'],
  ['service', 'SetCredential=a:\\000', 'SetCredential', [['a', [0]]]],
  ['service', 'LoadCredential=a:/x/../y', 'LoadCredential', []],
  ['service', 'KillSignal=32', 'KillSignal', 32],
  ['socket', 'RootDirectory=/a', 'RequiresMountsFor', ['/run/x']],
  ['socket', 'RootDirectory=/a\nExecStartPre=/bin/true', 'RequiresMountsFor', ['/run/x', '/a']],
  ['socket', 'TriggerLimitIntervalSec=infinity', 'TriggerLimitIntervalUSec', 2_000_000],
  ['path', 'TriggerLimitIntervalSec=infinity', 'TriggerLimitIntervalUSec', 2_000_000],
  ['timer', 'Unit=a.service\nUnit=b.service', 'Unit', 'a.service'],
  ['timer', 'Unit=%n', 'Unit', 't.service'],
  // The second round: dependencies, numbers and resets.
  ['socket', 'StandardInput=socket', 'StandardOutput', 'journal'],
  ['service', 'RestartKillSignal=STKFLT\nRestartKillSignal=', 'RestartKillSignal', 'SIGSTKFLT'],
  ['socket', 'RootDirectory=/a\nRootDirectory=%i', 'RootDirectory', ''],
  ['service', 'CPUSchedulingPolicy=99', 'CPUSchedulingPriority', -1],
  ['service', 'CPUSchedulingPriority=50\nCPUSchedulingPriority=', 'CPUSchedulingPriority', 50],
  ['service', 'CPUAffinity=1\nCPUAffinity=numa', 'CPUAffinity', []],
  ['service', 'StandardOutput=append', 'StandardOutput', 'append'],
  [
    'service',
    'CapabilityBoundingSet=CAP_KILL\nCapabilityBoundingSet=45',
    'CapabilityBoundingSet',
    ['CAP_KILL'],
  ],
  ['service', 'RuntimeDirectory=a b\\q c', 'RuntimeDirectory', ['a']],
  ['slice', 'TasksMax=', 'TasksMax', 4915],
  ['socket', 'ManagedOOMSwap=kill', 'ManagedOOMSwap', 'auto'],
  ['socket', 'TriggerLimitBurst=4294967295', 'TriggerLimitBurst', 20],
  ['path', 'TriggerLimitBurst=4294967295', 'TriggerLimitBurst', 200],
  [
    'socket',
    'ListenStream=\nListenStream=127.0.0.1:+80',
    'Listen',
    [{ kind: 'Stream', address: '127.0.0.1:80' }],
  ],
  [
    'socket',
    'ListenStream=\nListenStream=127.0.0.1:0x50',
    'Listen',
    [{ kind: 'Stream', address: '127.0.0.1:80' }],
  ],
  [
    'socket',
    'ListenStream=\nListenStream=vsock:0x2:+5',
    'Listen',
    [{ kind: 'Stream', address: 'vsock:2:5' }],
  ],
  ['socket', 'ListenSequentialPacket=127.0.0.1:80', 'Listen', [{ kind: 'Stream', address: '/run/x' }]],
  ['socket', 'ListenStream=\nListenStream=@a"é', 'Listen', [{ kind: 'Stream', address: '@a\\"\\303\\251' }]],
]

for (const [type, lines, property, value] of answers)
  test(`a ${type} with ${JSON.stringify(lines)} has the ${property} that systemd gives it`, () => {
    assert.deepEqual(showUnit(load(type, lines), someHost).properties[property], value)
  })

const conditions: readonly (readonly [line: string, parameter: string | undefined])[] = [
  ['ConditionHost=! x', 'x'],
  ['ConditionPathExists=| /etc', undefined],
]

for (const [line, parameter] of conditions)
  test(`${line} is ${parameter === undefined ? 'no condition: a path has no blank before it' : 'read past the blank'}`, () => {
    assert.equal(load('service', `[Unit]\n${line}`).unit.Conditions[0]?.parameter, parameter)
  })

test('a unit does not depend on itself', () => {
  assert.deepEqual(load('service', '[Unit]\nOnFailure=%n a.service').unit.OnFailure, ['a.service'])
})

test('only some types of units have templates to depend on', () => {
  assert.deepEqual(load('slice', '[Unit]\nWants=a@%n b@%n.service').unit.Wants, ['b@t.slice.service'])
})

test('Sockets= takes sockets only', () => {
  assert.deepEqual(load('service', 'Sockets=a.service b.socket').service?.Sockets, ['b.socket'])
})

test('Symlinks= wants one path to link to', () => {
  assert.equal(load('socket', 'Symlinks=/l').loadState, 'loaded')
  assert.equal(load('socket', 'Symlinks=/l\nListenStream=@y').loadState, 'loaded')
  assert.equal(load('socket', 'Symlinks=/l\nListenFIFO=/y').loadState, 'bad-setting')
})

for (const line of ['DynamicUser=maybe', 'RootVerity=/a/../b', 'SmackProcessLabel=%z'])
  test(`${line} refuses the unit`, () => {
    assert.equal(load('service', line).loadState, 'bad-setting')
  })

test('with "-" before it, a label that cannot be resolved refuses nothing', () => {
  assert.equal(load('service', 'SmackProcessLabel=-%z').loadState, 'loaded')
})

test('a slice never fails, and a template is no service of a socket', () => {
  assert.deepEqual(load('slice', '[Unit]\nOnFailure=a.service').unit.OnFailure, [])
  assert.equal(load('socket', 'Service=b.service\nService=a@.service').socket?.Service, 'b.service')
})

test('a socket that is bound to an interface is bound to its device', () => {
  const { BindsTo } = showUnit(load('socket', 'BindToDevice=eth0'), someHost).dependencies
  assert.deepEqual(BindsTo?.all, ['sys-subsystem-net-devices-eth0.device'])
})

const family = (files: Readonly<Record<string, string>>, name = 'a--b@i.service') =>
  loadUnit(name, treeOf({ 'a--b@.service': base.service, 'z.service': base.service, ...files }), someHost)!

test('folders of links to dependencies count as systemd counts them', () => {
  const unit = family({
    'service.wants/all.service': '-> ../z.service',
    'a--.service.wants/other.service': '-> ../z.service',
    'a--@.service.wants/t@.service': '-> ../t@.service',
    'a-@i.service.wants/nothing.service': '-> ../nothing.service',
    'a--b@.service.wants/masked.service': '-> /dev/null',
    'a-@.service.wants/masked.service': '-> ../z.service',
    'a--b@.service.wants/.hidden.service': '-> ../z.service',
    'a--b@.service.wants/file.service': '[Service]\n',
  })
  assert.deepEqual(unit.unit.Wants, ['all.service', 'nothing.service', 't@i.service'])
})

test('one dash at a time is cut off a name for the folders of drop-ins', () => {
  const unit = family({ 'a-@.service.d/1.conf': '', 'a--@.service.d/2.conf': '' })
  assert.deepEqual(unit.dropIns, ['a-@.service.d/1.conf', 'a--@.service.d/2.conf'])
})
