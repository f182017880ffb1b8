import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loadUnit } from '../../../src/units/load.ts'
import { showUnit } from '../../../src/units/show/show-unit.ts'
import { someHost, treeOf } from '../../support/trees.ts'

const show = (name: string, text: string, host = someHost) =>
  showUnit(loadUnit(name, treeOf({ [name.replace(/@[^.]+/, '@')]: text }), host)!, host)

const service = (lines: string) => show('t.service', `[Service]\nExecStart=/bin/true\n${lines}`).properties

test('a service that says nothing has the defaults of systemd', () => {
  const properties = service('')
  assert.equal(properties['Type'], 'simple')
  assert.equal(properties['RestartUSec'], 100_000)
  assert.equal(properties['TimeoutStopUSec'], 90_000_000)
  assert.equal(properties['Slice'], 'system.slice')
  assert.equal(properties['CapabilityBoundingSet'], 'all')
  assert.equal(properties['LimitNOFILESoft'], 1024)
  assert.equal(properties['CPUWeight'], null)
})

test('RestartKillSignal= follows KillSignal=, TimeoutAbortSec= follows TimeoutStopSec=', () => {
  const properties = service('KillSignal=INT\nTimeoutStopSec=3\n')
  assert.equal(properties['RestartKillSignal'], 'SIGINT')
  assert.equal(properties['TimeoutAbortUSec'], 3_000_000)
})

test('a real-time signal is shown by its number', () => {
  assert.equal(service('KillSignal=RTMIN+3\n')['KillSignal'], 37)
})

test('DynamicUser= locks the service in', () => {
  const properties = service('DynamicUser=yes\n')
  assert.equal(properties['User'], 't')
  assert.equal(properties['ProtectSystem'], 'strict')
  assert.equal(properties['ProtectHome'], 'read-only')
  assert.equal(properties['NoNewPrivileges'], true)
  assert.deepEqual(properties['RequiresMountsFor'], ['/var/tmp'])
})

test('PrivateDevices= and ProtectClock= take capabilities away and close devices', () => {
  const properties = service('PrivateDevices=yes\nProtectClock=yes\nDeviceAllow=/dev/null r\n')
  const left = properties['CapabilityBoundingSet'] as readonly string[]
  for (const name of ['CAP_MKNOD', 'CAP_SYS_RAWIO', 'CAP_SYS_TIME', 'CAP_WAKE_ALARM'])
    assert.ok(!left.includes(name))
  assert.equal(properties['DevicePolicy'], 'closed')
  assert.deepEqual(properties['DeviceAllow'], [
    ['char-rtc', 'r'],
    ['/dev/null', 'r'],
  ])
})

test('a percentage of memory is counted in whole pages of this host', () => {
  const host = { ...someHost, memoryBytes: 10_000 * 4096 }
  const { properties } = show('t.slice', '[Slice]\nMemoryMax=33.33%\n', host)
  assert.equal(properties['MemoryMax'], 3333 * 4096)
})

test('an instance lies in the slice of its template', () => {
  assert.equal(
    show('a-b@x.service', '[Service]\nExecStart=/bin/true\n').properties['Slice'],
    'system-a\\x2db.slice',
  )
})

test('a timer shows its triggers newest first, calendar events in normal form', () => {
  const { properties, dependencies } = show(
    't.timer',
    '[Timer]\nOnBootSec=1min\nOnUnitActiveSec=1h\nOnCalendar=daily\n',
  )
  assert.deepEqual(properties['TimersMonotonic'], [
    { base: 'OnUnitActiveUSec', usec: 3_600_000_000 },
    { base: 'OnBootUSec', usec: 60_000_000 },
  ])
  assert.deepEqual(properties['TimersCalendar'], [{ base: 'OnCalendar', spec: '*-*-* 00:00:00' }])
  assert.deepEqual(dependencies['Triggers']?.all, ['t.service'])
})

test('a socket shows its addresses in order, normalised', () => {
  const { properties } = show('t.socket', '[Socket]\nListenStream=80\nListenFIFO=/run//x\nAccept=no\n')
  assert.deepEqual(properties['Listen'], [
    { kind: 'Stream', address: '[::]:80' },
    { kind: 'FIFO', address: '/run/x' },
  ])
  assert.equal(properties['FileDescriptorName'], 't.socket')
})

test('dependencies written in the file are literal', () => {
  const { dependencies } = show('t.target', '[Unit]\nAfter=a.service b.service\nWants=a.service\n')
  assert.deepEqual(dependencies['After']?.literal, ['a.service', 'b.service'])
  assert.deepEqual(dependencies['Wants']?.literal, ['a.service'])
})
