/** What systemd.unit(5) says of units together, when a person starts, stops, restarts or reloads one of them. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { byRoot, FakeSupervisedHost } from '../support/fake-supervised-host.ts'
import { service } from '../support/trees.ts'

/** Each unit's `[Unit]` lines; all of them started, in the order written. */
const together = async (
  units: Readonly<Record<string, string>>,
  serviceLines = '',
): Promise<FakeSupervisedHost> => {
  const host = new FakeSupervisedHost()
  host.define(
    Object.fromEntries(
      Object.entries(units).map(([name, lines]) => [`${name}.service`, service(serviceLines, lines)]),
    ),
  )
  for (const name of Object.keys(units)) await host.supervisor.start(`${name}.service`, byRoot)
  return host
}

const terms = ({ executor }: FakeSupervisedHost): readonly string[] => [
  ...new Set(
    executor.signals
      .filter((signal) => signal.startsWith('SIGTERM'))
      .map((signal) => signal.replace(/^SIGTERM (.*)\.service$/, '$1')),
  ),
]

const launches = ({ executor }: FakeSupervisedHost, from: number): readonly string[] =>
  executor.launches.slice(from).map(({ unit }) => unit.replace('.service', ''))

const states = (host: FakeSupervisedHost, ...names: readonly string[]): readonly (string | undefined)[] =>
  names.map((name) => host.state(`${name}.service`))

/** Restart= and queued starts take a moment. */
const settle = async (host: FakeSupervisedHost): Promise<void> => {
  for (let round = 0; round < 5; round += 1) await host.clock.advance(10)
}

for (const relation of ['Requires', 'Requisite', 'BindsTo', 'PartOf'])
  test(`${relation}=: a stop takes the whole chain with it, in the reverse of the order of starting`, async () => {
    const host = await together({
      a: '',
      b: `${relation}=a.service\nAfter=a.service`,
      c: `${relation}=b.service\nAfter=b.service`,
    })
    const stopped = host.supervisor.stop('a.service', byRoot)
    await settle(host)
    assert.deepEqual(await stopped, { kind: 'done' })
    assert.deepEqual(terms(host), ['c', 'b', 'a'])
    assert.deepEqual(states(host, 'a', 'b', 'c'), ['dead', 'dead', 'dead'])
    assert.match(host.supervisor.status('c.service')?.reason ?? '', /a\.service is stopped/)
  })

for (const relation of ['Requires', 'PartOf'])
  test(`${relation}=: a restart takes the whole chain down, and up again in order`, async () => {
    const host = await together({
      a: '',
      b: `${relation}=a.service\nAfter=a.service`,
      c: `${relation}=b.service\nAfter=b.service`,
    })
    const restarted = host.supervisor.restart('a.service', byRoot)
    await settle(host)
    assert.deepEqual(await restarted, { kind: 'ready' })
    assert.deepEqual(launches(host, 3), ['a', 'b', 'c'])
    assert.deepEqual(states(host, 'a', 'b', 'c'), ['running', 'running', 'running'])
  })

test('Wants=: neither a stop nor a failure of what is wanted matters', async () => {
  const host = await together({ a: '', b: 'Wants=a.service\nAfter=a.service' })
  host.executor.exit('a.service', 1)
  await settle(host)
  assert.deepEqual(states(host, 'a', 'b'), ['failed', 'running'])
})

test('Requires=: an end by itself leaves those that require it alone; BindsTo= does not', async () => {
  const host = await together({ a: '', b: 'Requires=a.service', c: 'BindsTo=a.service' })
  host.executor.exit('a.service', 0)
  await settle(host)
  assert.deepEqual(states(host, 'a', 'b', 'c'), ['dead', 'running', 'dead'])
})

test('two units bound to each other stop together, whichever is stopped', async () => {
  const host = await together({ a: 'BindsTo=b.service', b: 'BindsTo=a.service' })
  const stopped = host.supervisor.stop('a.service', byRoot)
  await settle(host)
  assert.deepEqual(await stopped, { kind: 'done' })
  assert.deepEqual(states(host, 'a', 'b'), ['dead', 'dead'])
})

test('Requisite=: what is not up keeps the unit from starting, and is not started for it', async () => {
  const host = new FakeSupervisedHost()
  host.define({ 'a.service': service(), 'b.service': service('', 'Requisite=a.service') })
  const outcome = await host.supervisor.start('b.service', byRoot)
  assert.match(
    outcome.kind === 'failed' ? outcome.reason : '',
    /needs a.service, which is not up \(Requisite=\)/,
  )
  assert.deepEqual(states(host, 'a', 'b'), ['dead', 'dead'])
  await host.supervisor.start('a.service', byRoot)
  assert.deepEqual(await host.supervisor.start('b.service', byRoot), { kind: 'ready' })
})

for (const [a, b] of [
  ['PropagatesStopTo=b.service', ''],
  ['', 'StopPropagatedFrom=a.service'],
] as const) {
  test(`${a || b}: stops with the other one, asked or by itself, and is not started by it`, async () => {
    const host = await together({ a, b })
    const stopped = host.supervisor.stop('a.service', byRoot)
    await settle(host)
    await stopped
    assert.deepEqual(states(host, 'a', 'b'), ['dead', 'dead'])
    await host.supervisor.start('a.service', byRoot)
    assert.deepEqual(states(host, 'a', 'b'), ['running', 'dead'])
    await host.supervisor.start('b.service', byRoot)
    host.executor.exit('a.service', 1)
    await settle(host)
    assert.deepEqual(states(host, 'a', 'b'), ['failed', 'dead'])
    assert.match(host.supervisor.status('b.service')?.reason ?? '', /a\.service ended \(PropagatesStopTo=\)/)
  })

  test(`${a || b}: the other direction means nothing`, async () => {
    const host = await together({ a, b })
    await host.supervisor.stop('b.service', byRoot)
    assert.deepEqual(states(host, 'a', 'b'), ['running', 'dead'])
  })
}

for (const [a, b] of [
  ['PropagatesReloadTo=b.service', 'PropagatesReloadTo=c.service'],
  ['', 'ReloadPropagatedFrom=a.service\nPropagatesReloadTo=c.service'],
] as const)
  test(`${(a || b).split('\n')[0]}: a reload is passed on, as far as it goes, to what runs`, async () => {
    const reloadable = 'ExecReload=/bin/reload'
    const host = await together({ a, b, c: '', d: 'ReloadPropagatedFrom=a.service' }, reloadable)
    await host.supervisor.stop('d.service', byRoot)
    const reloaded = host.supervisor.reload('a.service', byRoot)
    await host.clock.advance(0)
    for (const unit of ['a.service', 'b.service', 'c.service']) host.executor.exit(unit, 0)
    assert.deepEqual(await reloaded, { kind: 'ready' })
    assert.deepEqual(launches(host, 4).toSorted(), ['a', 'b', 'c'])
    assert.deepEqual(states(host, 'a', 'b', 'c', 'd'), ['running', 'running', 'running', 'dead'])
  })

test('a reload that another unit can not take on is said in the log, and fails nobody', async () => {
  const host = new FakeSupervisedHost()
  host.define({
    'a.service': service('ExecReload=/bin/reload', 'PropagatesReloadTo=b.service'),
    'b.service': service(),
  })
  for (const name of ['a.service', 'b.service']) await host.supervisor.start(name, byRoot)
  const reloaded = host.supervisor.reload('a.service', byRoot)
  await host.clock.advance(0)
  host.executor.exit('a.service', 0)
  assert.deepEqual(await reloaded, { kind: 'ready' })
  const said = host.log.lines.find(({ message }) => message === 'a reload was not passed on')
  assert.deepEqual(said?.fields, {
    unit: 'b.service',
    why: "b.service can't be reloaded: it has no ExecReload=",
  })
})

test('Upholds=: what ends is started again as long as its upholder is up, and no longer', async () => {
  const host = await together({ guard: 'Upholds=a.service', a: '' })
  host.executor.exit('a.service', 1)
  await settle(host)
  assert.deepEqual(states(host, 'guard', 'a'), ['running', 'running'])
  assert.match(host.supervisor.status('a.service')?.reason ?? '', /started/)
  await host.supervisor.stop('guard.service', byRoot)
  host.executor.exit('a.service', 1)
  await settle(host)
  assert.deepEqual(states(host, 'guard', 'a'), ['dead', 'failed'])
})

test('Upholds=: an upholder that starts starts what it upholds', async () => {
  const host = await together({ guard: 'Upholds=a.service' })
  host.define({ 'guard.service': service('', 'Upholds=a.service'), 'a.service': service() })
  await host.supervisor.stop('guard.service', byRoot)
  await host.supervisor.start('guard.service', byRoot)
  assert.deepEqual(states(host, 'guard', 'a'), ['running', 'running'])
})

test('OnSuccess= and OnFailure= are told whose end started them, and how it was', async () => {
  const host = await together({ a: 'OnFailure=alarm.service\nOnSuccess=next.service' })
  host.define({ 'alarm.service': service(), 'next.service': service() })
  const environmentOf = (unit: string) =>
    host.executor.launches.findLast((launch) => launch.unit === unit)?.command.environment ?? {}
  const monitored = (unit: string) =>
    Object.fromEntries(Object.entries(environmentOf(unit)).filter(([name]) => name.startsWith('MONITOR_')))
  const invocation = host.supervisor.status('a.service')?.invocationId
  host.executor.exit('a.service', 3)
  await settle(host)
  assert.deepEqual(monitored('alarm.service'), {
    MONITOR_SERVICE_RESULT: 'exit-code',
    MONITOR_EXIT_CODE: 'exited',
    MONITOR_EXIT_STATUS: '3',
    MONITOR_INVOCATION_ID: invocation,
    MONITOR_UNIT: 'a.service',
  })
  await host.supervisor.start('a.service', byRoot)
  host.executor.exit('a.service', 0)
  await settle(host)
  assert.equal(monitored('next.service')['MONITOR_SERVICE_RESULT'], 'success')
  await host.supervisor.stop('next.service', byRoot)
  await host.supervisor.start('next.service', byRoot)
  assert.deepEqual(monitored('next.service'), {})
})

test('a definition that names another unit no longer, or from now on, is believed at once', async () => {
  const host = await together({ db: '', bound: 'BindsTo=db.service', free: '' })
  host.define({
    'bound.service': service('', ''),
    'free.service': service('', 'BindsTo=db.service'),
    'db.service': service(''),
  })
  await host.supervisor.stop('db.service', byRoot)
  await settle(host)
  assert.deepEqual(states(host, 'db', 'bound', 'free'), ['dead', 'running', 'dead'])
})
