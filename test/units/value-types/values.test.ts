import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loadService } from '../../support/load-service.ts'
import { assign } from '../../support/service-setting.ts'

const infinity = Number.POSITIVE_INFINITY

/** directive, text, value; `bad` where systemd keeps what was there. */
const bad = Symbol('bad')
type Case = readonly [directive: string, text: string, value: unknown]

const scalars: readonly Case[] = [
  ['RemainAfterExit', 'Yes', true],
  ['RemainAfterExit', 'T', true],
  ['RemainAfterExit', 'off', false],
  ['RemainAfterExit', 'maybe', bad],
  ['RemainAfterExit', '', bad],
  ['RestartSec', '1.5h', 5_400_000_000],
  ['RestartSec', '"5"', bad],
  ['TimeoutStopSec', '0', infinity],
  ['RuntimeMaxSec', '0', 0],
  ['UMask', '77', 0o77],
  ['UMask', '+22', bad],
  ['UMask', '17777', bad],
  ['Nice', '-20', -20],
  ['Nice', '010', 8],
  ['Nice', '0x5', 5],
  ['Nice', '20', bad],
  ['OOMScoreAdjust', '1001', bad],
  ['KillSignal', 'TERM', 'SIGTERM'],
  ['KillSignal', '9', 'SIGKILL'],
  ['KillSignal', 'RTMIN+3', 'RTMIN+3'],
  ['KillSignal', 'RTMAX-3', 'RTMIN+27'],
  ['KillSignal', '64', 'RTMIN+30'],
  ['KillSignal', '65', bad],
  ['KillSignal', 'term', bad],
  ['KillSignal', 'RTMIN+31', bad],
  ['MemoryMax', '1.5G', { kind: 'absolute', value: 1_610_612_736 }],
  ['MemoryMax', '1G 1M', { kind: 'absolute', value: 1_074_790_400 }],
  ['MemoryMax', '1M 1G', bad],
  ['MemoryMax', '12.5%', { kind: 'percent', percent: 12.5 }],
  ['MemoryMax', '101%', bad],
  ['MemoryMax', '1g', bad],
  ['MemoryMax', '0', bad],
  ['MemoryMax', '16E', bad],
  ['MemorySwapMax', '0', { kind: 'absolute', value: 0 }],
  ['TasksMax', 'infinity', { kind: 'absolute', value: infinity }],
  ['TasksMax', '0', bad],
  ['CPUQuota', '250%', 250],
  ['CPUQuota', '5‰', 0.5],
  ['CPUQuota', '12.345%', bad],
  ['CPUQuota', '20', bad],
  ['CPUWeight', 'idle', 0],
  ['CPUWeight', '10001', bad],
  ['LimitNOFILE', '1024:4096', { soft: 1024, hard: 4096 }],
  ['LimitNOFILE', '5:infinity', { soft: 5, hard: infinity }],
  ['LimitNOFILE', '2:1', bad],
  ['LimitNOFILE', '1K', bad],
  ['LimitFSIZE', '1K:2M', { soft: 1024, hard: 2_097_152 }],
  ['LimitCPU', '1500ms', { soft: 2, hard: 2 }],
  ['LimitRTTIME', '5', { soft: 5, hard: 5 }],
  ['LimitNICE', '+5:-3', { soft: 15, hard: 23 }],
  ['LimitNICE', '41', bad],
  ['ProtectSystem', '1', 'yes'],
  ['ProtectSystem', 'FULL', bad],
  ['IOSchedulingClass', 'idle', 3],
  ['SystemCallErrorNumber', 'EPERM', 1],
  ['SystemCallErrorNumber', '0', bad],
  ['TimerSlackNSec', '1us 5ns', 1005],
  ['Slice', 'foo', bad],
  ['BusName', 'a.b.1c', bad],
  ['WorkingDirectory', '-~', { path: '~', isHome: true, optional: true }],
  ['WorkingDirectory', '/a//b/', { path: '/a/b', isHome: false, optional: false }],
  ['PIDFile', 'a/b.pid', '/run/a/b.pid'],
  ['PIDFile', '/var/run/b.pid', '/run/b.pid'],
  ['StandardOutput', 'append:/a//b', { kind: 'append', argument: '/a/b' }],
  ['StandardOutput', 'file:', bad],
  ['StandardInput', 'fd:', { kind: 'fd' }],
  ['HealthCheckTCP', '[::1]:80', { host: '::1', port: 80 }],
  ['HealthCheckTCP', '70000', bad],
  ['HealthCheckURL', 'ftp://x', bad],
  ['HealthCheckURL', 'http+unix:///run/a.sock:/health', 'http+unix:///run/a.sock:/health'],
  ['HealthCheckURL', 'http+unix:///run/a.sock', 'http+unix:///run/a.sock'],
  ['HealthCheckURL', 'http+unix://run/a.sock:/health', bad],
  ['HealthCheckURL', 'https+unix:///run/a.sock:/health', bad],
  ['HealthCheckExpectedBody', 'all is well', 'all is well'],
  ['HealthCheckExpectedBody', '/^up$/i', '/^up$/i'],
  ['HealthCheckExpectedBody', '/(/', bad],
  ['HealthCheckAction', 'rollback', 'rollback'],
  ['HealthCheckAction', 'reboot', bad],
  [
    'HealthCheckExpectedStatus',
    '200,301-302',
    [
      { from: 200, to: 200 },
      { from: 301, to: 302 },
    ],
  ],
]

for (const [directive, text, value] of scalars)
  test(`${directive}=${text} ${value === bad ? 'is refused and changes nothing' : 'is read as systemd reads it'}`, () => {
    const before = assign(directive).value
    const after = assign(directive, text)
    assert.deepEqual(after.value, value === bad ? before : value)
    assert.equal(after.messages.length > 0, value === bad, after.messages.join('; '))
  })

/** directive, texts in order, value */
const folded: readonly (readonly [string, readonly string[], unknown])[] = [
  ['RestartSec', ['5', 'bogus'], 5_000_000],
  ['SuccessExitStatus', ['1 2', 'SIGTERM DATAERR'], { statuses: [1, 2, 65], signals: ['SIGTERM'] }],
  ['SuccessExitStatus', ['1 2', ''], { statuses: [], signals: [] }],
  ['PassEnvironment', ['A B', 'A'], ['A', 'B']],
  [
    'Environment',
    ['B=2 A=1 B=3'],
    [
      { name: 'B', value: '3' },
      { name: 'A', value: '1' },
    ],
  ],
  ['CPUAffinity', ['0-2', '5,1'], [0, 1, 2, 5]],
  ['CapabilityBoundingSet', ['CAP_KILL', 'cap_chown'], ['CAP_CHOWN', 'CAP_KILL']],
  ['CapabilityBoundingSet', ['CAP_KILL CAP_CHOWN', '~CAP_KILL'], ['CAP_CHOWN']],
  ['CapabilityBoundingSet', ['CAP_KILL', ''], []],
  ['AmbientCapabilities', ['CAP_KILL', '~CAP_KILL CAP_CHOWN'], []],
  ['SecureBits', ['noroot', 'keep-caps'], ['keep-caps']],
  ['RestrictNamespaces', ['~user', 'net'], ['cgroup', 'ipc', 'net', 'mnt', 'pid', 'uts']],
  ['RestrictNamespaces', ['yes'], []],
  ['RestrictAddressFamilies', ['~AF_INET'], { isAllowList: false, names: ['AF_INET'] }],
  ['RestrictAddressFamilies', ['AF_UNIX AF_INET', '~AF_INET'], { isAllowList: true, names: ['AF_UNIX'] }],
  ['SystemCallFilter', ['~@swap', 'swapon'], { isAllowList: false, names: ['swapoff'] }],
  [
    'RuntimeDirectory',
    ['b a/c', 'a:link'],
    [
      { path: 'a', links: ['link'] },
      { path: 'a/c', links: [] },
      { path: 'b', links: [] },
    ],
  ],
  ['ReadWritePaths', ['-/a//b', '+/c -+/d'], ['-/a/b', '+/c', '-+/d']],
  [
    'BindPaths',
    ['/a:/b:norbind -/c'],
    [
      { source: '/a', destination: '/b', optional: false, recursive: false },
      { source: '/c', destination: '/c', optional: true, recursive: true },
    ],
  ],
  [
    'DeviceAllow',
    ['/dev/null', 'char-tty rw'],
    [
      { device: '/dev/null', permissions: 'rwm' },
      { device: 'char-tty', permissions: 'rw' },
    ],
  ],
  ['IPAddressAllow', ['10.1.2.3/8'], [{ family: 'IPv4', bytes: [10, 0, 0, 0], bits: 8 }]],
  ['Delegate', ['cpu', 'memory'], { isDelegated: true, controllers: ['cpu', 'memory'] }],
  ['Delegate', [''], { isDelegated: true, controllers: [] }],
  ['IOReadBandwidthMax', ['/dev/sda 1K', '/dev/sda 2K'], [{ device: '/dev/sda', value: 2000 }]],
]

for (const [directive, texts, value] of folded)
  test(`${directive}= assigned ${texts.map((text) => `"${text}"`).join(', then ')} adds up`, () => {
    assert.deepEqual(assign(directive, ...texts).value, value)
  })

test('a bad value says what was wanted and what it got', () => {
  assert.deepEqual(assign('RestartSec', 'soon').messages, [
    'RestartSec= wants a time span such as 5min 20s, got "soon"',
  ])
  assert.match(
    assign('Restart', 'allways').messages[0]!,
    /^Restart= wants one of no, on-success, .*got "allways"$/,
  )
})

test('a bad user, working directory or root directory refuses the unit', () => {
  assert.equal(assign('User', 'a:b').unit.loadState, 'bad-setting')
  assert.equal(assign('WorkingDirectory', 'relative').unit.loadState, 'bad-setting')
  assert.equal(assign('RootDirectory', 'relative').unit.loadState, 'bad-setting')
})

test('a bad working directory with "-" before it is only left out', () => {
  assert.equal(assign('WorkingDirectory', '-relative').unit.loadState, 'loaded')
})

test('a credential in the file is never repeated in a message', () => {
  const { messages } = assign('SetCredential', 'bad/name:hunter2')
  assert.equal(messages.length, 1)
  assert.doesNotMatch(messages[0]!, /hunter2/)
})

test('thousands of Environment= lines are read in no time, each in its place', () => {
  const lines = Array.from({ length: 5000 }, (_, index) => `Environment=V${index}=${index}\n`).join('')
  const before = process.cpuUsage()
  const { service } = loadService(`ExecStart=/bin/true\n${lines}Environment=V7=again`)
  const { user, system } = process.cpuUsage(before)
  assert.equal(service?.Environment.length, 5000)
  assert.deepEqual(service?.Environment[7], { name: 'V7', value: 'again' })
  assert.ok(user + system < 1_000_000, `${(user + system) / 1000} ms`)
})
