import assert from 'node:assert/strict'
import { test } from 'node:test'
import { policyOf } from '../../../src/lifecycle/policy-of.ts'
import { cgroupSpecOf, changedCgroupSpec, slicePath } from '../../../src/supervisor/launch/cgroup-settings.ts'
import {
  directoriesOf,
  directoryEnvironment,
  passingDirectories,
} from '../../../src/supervisor/launch/directories.ts'
import { type LaunchInputs, launchSpecOf } from '../../../src/supervisor/launch/launch-spec-of.ts'
import { notEnforced } from '../../../src/supervisor/launch/not-enforced.ts'
import { streamsOf } from '../../../src/supervisor/launch/streams-of.ts'
import { loadUnits } from '../../../src/units/load.ts'
import { loadService } from '../../support/load-service.ts'
import { someHost, treeOf } from '../../support/trees.ts'

const log = { stdout: '/log/out', stderr: '/log/err' }
const able = {
  privatePids: true,
  users: true,
  mounts: true,
  confinement: true,
  systemCallFilters: true,
  cgroups: true,
  controllers: ['cpu', 'memory', 'pids', 'io'],
}

function specOf(lines: string, more: Partial<LaunchInputs> = {}) {
  const unit = loadService(`ExecStart=/bin/app\n${lines}`)
  const command = unit.service?.ExecStart[0]
  assert.ok(command)
  return launchSpecOf({
    unit,
    policy: policyOf(unit, { notifyProblem: undefined }),
    launch: { kind: 'launch', as: 'main', command: 'ExecStart', index: 0, role: 'main' },
    invocation: { id: 'i1', startedAtMs: 0, revision: 'abc', mainStartedAtMs: undefined },
    command,
    path: command.path,
    environment: { PATH: '/bin' },
    pidVariables: [],
    identity: { uid: 33, gid: 34, userName: 'shop', home: '/srv', supplementaryGids: [5] },
    log,
    facts: someHost,
    abilities: able,
    privatePids: 'auto',
    ...more,
  })
}

const limits: readonly (readonly [
  title: string,
  lines: string,
  settings: Readonly<Record<string, string>>,
])[] = [
  ['sizes are bytes', 'MemoryMax=512M', { 'memory.max': '536870912' }],
  ['the old name works', 'MemoryLimit=1K', { 'memory.max': '1024' }],
  ['percentages are shares of this host', 'MemoryHigh=25%', { 'memory.high': String(1024 ** 3) }],
  ['infinity is max', 'MemoryMax=infinity', { 'memory.max': 'max' }],
  ['tasks', 'TasksMax=64', { 'pids.max': '64' }],
  ['a tenth of the pids', 'TasksMax=10%', { 'pids.max': '3276' }],
  ['half a processor', 'CPUQuota=50%', { 'cpu.max': '50000 100000' }],
  ['two processors', 'CPUQuota=200%', { 'cpu.max': '200000 100000' }],
  ['a period of its own', 'CPUQuota=20%\nCPUQuotaPeriodSec=10ms', { 'cpu.max': '2000 10000' }],
  [
    'a quota too small for its period lengthens it',
    'CPUQuota=5%\nCPUQuotaPeriodSec=10ms',
    { 'cpu.max': '1000 20000' },
  ],
  ['weights', 'CPUWeight=20\nIOWeight=30', { 'cpu.weight': '20', 'io.weight': 'default 30' }],
  ['idle', 'CPUWeight=idle', { 'cpu.idle': '1' }],
  ['processors', 'AllowedCPUs=0-2 5', { 'cpuset.cpus': '0-2,5' }],
]

for (const [title, lines, settings] of limits) {
  test(`limits: ${title}`, () => {
    assert.deepEqual(cgroupSpecOf(loadService(`ExecStart=/bin/app\n${lines}`), someHost).settings, settings)
  })
}

test('a limit that was removed is taken back, the others are written', () => {
  const before = loadService('ExecStart=/bin/app\nMemoryMax=1M\nCPUQuota=10%')
  const after = loadService('ExecStart=/bin/app\nMemoryMax=2M')
  assert.deepEqual(changedCgroupSpec(after, before, someHost).settings, {
    'cpu.max': 'max 100000',
    'memory.max': '2097152',
  })
})

test('a slice lies in the slices that its name says', () => {
  assert.equal(slicePath('shop.slice'), 'shop.slice')
  assert.equal(slicePath('shop-web-api.slice'), 'shop.slice/shop-web.slice/shop-web-api.slice')
  assert.equal(
    cgroupSpecOf(loadService('ExecStart=/bin/app\nSlice=shop.slice'), someHost).path,
    'shop.slice/web.service',
  )
})

test('instances of a template lie in a slice of their own', () => {
  const tree = treeOf({
    'shop-web@.service': '[Service]\nExecStart=/bin/app\n',
    'all.target': '[Unit]\nWants=shop-web@a.service\n',
  })
  const { units } = loadUnits(tree, someHost)
  assert.equal(
    cgroupSpecOf(units.get('shop-web@a.service')!, someHost).path,
    String.raw`system.slice/system-shop\x2dweb.slice/shop-web@a.service`,
  )
})

test('what a host without controllers does not enforce is named', () => {
  const unit = loadService('ExecStart=/bin/app\nMemoryMax=1M\nCPUQuota=10%\nPrivatePIDs=yes')
  assert.deepEqual(notEnforced(unit, able), [])
  assert.deepEqual(
    notEnforced(unit, { ...able, controllers: ['cpu'], privatePids: false }).map(
      (text) => text.split(' ')[0],
    ),
    ['MemoryMax=', 'PrivatePIDs='],
  )
})

test('namespaces in common with another unit are named where only the daemon’s user could have them', () => {
  const unit = loadService('ExecStart=/bin/app\nPrivateNetwork=yes\n[Unit]\nJoinsNamespaceOf=db.service')
  assert.deepEqual(notEnforced(unit, able), [])
  assert.deepEqual(notEnforced(unit, { ...able, users: false }), [
    'JoinsNamespaceOf= (only root can have namespaces in common, where mounts can be made)',
  ])
})

test('a namespace that is joined is not made anew', () => {
  const joins = [{ kind: 'net', path: '/run/net' }] as const
  const { confinement } = specOf('PrivateNetwork=yes\nPrivateIPC=yes', {
    share: { tmpOf: 'i0', joins },
  }).sandbox
  assert.deepEqual([confinement?.joins, confinement?.namespaces], [joins, ['ipc']])
})

test('an OOMScoreAdjust= below what the daemon itself has is named where it takes a capability', () => {
  const unit = loadService('ExecStart=/bin/app\nOOMScoreAdjust=-100')
  assert.deepEqual(notEnforced(unit, able), [])
  assert.deepEqual(notEnforced(unit, { ...able, lowestOomScore: -100 }), [])
  assert.deepEqual(notEnforced(unit, { ...able, lowestOomScore: 0 }), [
    'OOMScoreAdjust= (without CAP_SYS_RESOURCE no lower than 0)',
  ])
})

test('PID namespaces are the default for root’s services, but for those that tell others their pid', () => {
  assert.equal(specOf('').sandbox.privatePids, true)
  assert.equal(specOf('PrivatePIDs=no').sandbox.privatePids, false)
  assert.equal(specOf('Type=forking').sandbox.privatePids, false)
  assert.equal(specOf('PIDFile=/run/app.pid').sandbox.privatePids, false)
  // What its main process leaves behind would end with it.
  assert.equal(specOf('Type=oneshot\nRemainAfterExit=yes').sandbox.privatePids, false)
  assert.equal(specOf('ExitType=cgroup').sandbox.privatePids, false)
  assert.equal(specOf('Type=oneshot\nExecStart=/bin/second').sandbox.privatePids, false)
  assert.equal(specOf('', { abilities: { ...able, privatePids: false } }).sandbox.privatePids, false)
  assert.equal(specOf('', { privatePids: 'no' }).sandbox.privatePids, false)
})

test('a control command stays outside of the PID namespace: $MAINPID is the host’s number', () => {
  const launch = {
    kind: 'launch',
    as: 'control',
    command: 'ExecReload',
    index: 0,
    role: 'ExecReload.0',
  } as const
  assert.equal(specOf('PrivatePIDs=yes', { launch }).sandbox.privatePids, false)
})

test('the + prefix keeps the user of the daemon', () => {
  assert.equal(specOf('User=shop').identity.uid, 33)
  const unit = loadService('ExecStart=+/bin/app\nUser=shop')
  const command = unit.service?.ExecStart[0]
  assert.ok(command)
  assert.equal(specOf('User=shop', { command }).identity.uid, undefined)
})

test('arguments are expanded from the environment of the unit', () => {
  const unit = loadService(`ExecStart=/bin/app $A \${A}`)
  const command = unit.service?.ExecStart[0]
  assert.ok(command)
  assert.deepEqual(specOf('', { command, environment: { A: 'x y' } }).command.argv, [
    '/bin/app',
    'x',
    'y',
    'x y',
  ])
})

test('WorkingDirectory=~ is the user’s home', () => {
  assert.equal(specOf('WorkingDirectory=~').command.workingDirectory, '/srv')
  assert.equal(specOf('WorkingDirectory=-/srv/x').command.workingDirectoryOptional, true)
})

test('resource limits keep their names', () => {
  assert.deepEqual(specOf('LimitNOFILE=10:20\nLimitCORE=infinity').limits.rlimits, {
    NOFILE: { soft: 10, hard: 20 },
    CORE: { soft: Number.POSITIVE_INFINITY, hard: Number.POSITIVE_INFINITY },
  })
})

const streams: readonly (readonly [lines: string, stdout: string, stderr: string])[] = [
  ['', 'append /log/out', 'append /log/err'],
  ['StandardOutput=journal', 'append /log/out', 'append /log/err'],
  ['StandardOutput=null', 'null', 'same-as-stdout'],
  ['StandardOutput=file:/a', 'file /a', 'same-as-stdout'],
  ['StandardOutput=append:/a\nStandardError=truncate:/b', 'append /a', 'truncate /b'],
  ['StandardError=null', 'append /log/out', 'null'],
]

for (const [lines, stdout, stderr] of streams) {
  test(`output: ${lines || 'nothing set'} is ${stdout} and ${stderr}`, () => {
    const { service } = loadService(`ExecStart=/bin/app\n${lines}`)
    assert.ok(service)
    const made = streamsOf(service, log)
    const say = (target: typeof made.stdout) =>
      'path' in target ? `${target.kind} ${target.path}` : target.kind
    assert.deepEqual([say(made.stdout), say(made.stderr)], [stdout, stderr])
  })
}

test('RuntimeDirectory= and its kin lie where the host keeps such things, and are told to the service', () => {
  const unit = loadService(
    'ExecStart=/bin/app\nRuntimeDirectory=a b\nStateDirectory=s\nStateDirectoryMode=0700',
  )
  assert.deepEqual(
    directoriesOf(unit, someHost, { mounts: true }).map(({ path, mode }) => [path, mode]),
    [
      ['/run/a', 0o755],
      ['/run/b', 0o755],
      ['/var/lib/s', 0o700],
    ],
  )
  assert.deepEqual(directoryEnvironment(unit, someHost), {
    RUNTIME_DIRECTORY: '/run/a:/run/b',
    STATE_DIRECTORY: '/var/lib/s',
  })
})

test('what a dynamic user leaves behind is private, with a link to it; what goes with the run is not', () => {
  const unit = loadService(
    'ExecStart=/bin/app\nDynamicUser=yes\nRuntimeDirectory=r\nStateDirectory=s\nCacheDirectory=c\nLogsDirectory=l\nConfigurationDirectory=e',
  )
  const places = (mounts: boolean) =>
    directoriesOf(unit, someHost, { mounts }).map(({ path, shownAs }) => [shownAs, path])
  assert.deepEqual(places(true), [
    ['/run/r', '/run/r'],
    ['/var/lib/s', '/var/lib/private/s'],
    ['/var/cache/c', '/var/cache/private/c'],
    ['/var/log/l', '/var/log/private/l'],
    ['/etc/e', '/etc/e'],
  ])
  assert.equal(directoryEnvironment(unit, someHost)['STATE_DIRECTORY'], '/var/lib/s')
  // Without mounts of its own the service would not find the way.
  for (const [shownAs, path] of places(false)) assert.equal(path, shownAs)
})

test('runtime directories go with the service, unless RuntimeDirectoryPreserve= keeps them', () => {
  const passing = (preserve: string, isRestarting: boolean) =>
    passingDirectories(loadService(`ExecStart=/bin/app\nRuntimeDirectory=a\n${preserve}`), someHost, {
      mounts: true,
      isRestarting,
    })
  assert.deepEqual(passing('', true), ['/run/a'])
  assert.deepEqual(passing('RuntimeDirectoryPreserve=restart', true), [])
  assert.deepEqual(passing('RuntimeDirectoryPreserve=restart', false), ['/run/a'])
  assert.deepEqual(passing('RuntimeDirectoryPreserve=yes', false), [])
})
