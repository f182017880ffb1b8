/**
 * The matrix of causes: every way in which a service comes to an end is named, by `status`, by `why` and by `-o json`, and
 * as well when it happened while there was no daemon.
 */
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { UnitView } from '../../src/api/contract.ts'
import { Sandbox } from '../support/sandbox.ts'

interface Ending {
  readonly name: string
  /** Lines of [Service]; `wait` lets it come about only when the test says so. */
  readonly lines: (wait: string) => string
  readonly unit?: string
  readonly result: string
  readonly words: RegExp
  readonly activeState?: 'failed' | 'inactive'
}

const shell = (script: string): string => `/bin/sh -c '${script}'`

const plainSignals = ['ILL', 'TRAP', 'ABRT', 'BUS', 'FPE', 'KILL', 'USR1', 'SEGV', 'USR2', 'ALRM', 'STKFLT']
const rareSignals = ['XCPU', 'XFSZ', 'VTALRM', 'PROF', 'IO', 'PWR', 'SYS']
/** By number: the shell has no name for it. */
const numbers: Readonly<Record<string, number>> = { STKFLT: 16 }
/** These are how daemons are told to end: no failure (systemd.service(5), SuccessExitStatus=). */
const cleanSignals = ['HUP', 'INT', 'PIPE', 'TERM']

const bySignal = (signal: string): Ending => ({
  name: `sig${signal.toLowerCase()}`,
  // A shell that waits for no child sends it to itself; the core is another row's.
  lines: (wait) =>
    `LimitCORE=0\nIgnoreSIGPIPE=no\nExecStart=${shell(`${wait}; kill -${numbers[signal] ?? signal} $$$$; sleep 5`)}`,
  result: cleanSignals.includes(signal) ? 'success' : 'signal',
  words: new RegExp(`killed by SIG${signal}(?!, core)`),
  activeState: cleanSignals.includes(signal) ? 'inactive' : 'failed',
})

/** Can come about whether a daemon is there or not. */
const endings: readonly Ending[] = [
  {
    name: 'code',
    lines: (wait) => `ExecStart=${shell(`${wait}; exit 78`)}`,
    result: 'exit-code',
    words: /exited 78/,
  },
  {
    name: 'core',
    lines: (wait) =>
      `LimitCORE=infinity\nWorkingDirectory=/tmp\nExecStart=${shell(`cd $$CORES; ${wait}; kill -SEGV $$$$; sleep 5`)}`,
    result: 'core-dump',
    words: /killed by SIGSEGV, core dumped/,
  },
  ...[...plainSignals, ...rareSignals, ...cleanSignals].map(bySignal),
  {
    name: 'runtime',
    lines: () => `RuntimeMaxSec=1\nExecStart=/bin/sleep 1000`,
    result: 'timeout',
    words: /ran for 1 s \(RuntimeMaxSec=\)/,
  },
  {
    name: 'bound',
    unit: 'BindsTo=code-PLACE.service\nAfter=code-PLACE.service',
    lines: () => 'ExecStart=/bin/sleep 1000',
    result: 'success',
    words: /code-\w+\.service ended \(BindsTo=\)/,
    activeState: 'inactive',
  },
  {
    name: 'limit',
    unit: 'StartLimitBurst=2\nStartLimitIntervalSec=60',
    lines: (wait) => `Restart=always\nRestartSec=0\nExecStart=${shell(`${wait}; exit 5`)}`,
    result: 'exit-code',
    words: /exited 5; gave up: 2 starts in 1 min; start it again with `gitproc start limit-\w+\.service`/,
  },
]

/** It takes a daemon to bring these about. */
const judged: readonly Ending[] = [
  {
    name: 'watchdog',
    lines: () => 'Type=notify\nWatchdogSec=300ms\nExecStart=/usr/bin/perl $NOTIFIER',
    result: 'watchdog',
    words: /no WATCHDOG=1 within 300 ms \(WatchdogSec=\)/,
  },
  {
    name: 'health',
    unit: 'StartLimitBurst=1\nStartLimitIntervalSec=60',
    lines: () =>
      'Restart=on-failure\nExecStart=/bin/sleep 1000\nHealthCheckExec=/bin/false\nHealthCheckInterval=100ms\nHealthCheckRetries=2',
    result: 'health',
    words: /health check failed: .*gave up/,
  },
  {
    name: 'start-time',
    lines: () => 'Type=notify\nTimeoutStartSec=300ms\nExecStart=/bin/sleep 1000',
    result: 'timeout',
    words: /not started within TimeoutStartSec= \(in start\)/,
  },
  {
    name: 'stop-time',
    lines: () =>
      `Type=oneshot\nRemainAfterExit=no\nExecStart=/bin/true\nExecStop=/bin/sleep 1000\nTimeoutStopSec=300ms`,
    result: 'timeout',
    words: /ExecStop= took longer than TimeoutStopSec=/,
  },
  {
    name: 'protocol',
    lines: () => 'Type=notify\nExecStart=/bin/true',
    result: 'protocol',
    words: /exited 0 before READY=1/,
  },
  {
    name: 'program',
    lines: () => 'ExecStart=/no/such/program',
    result: 'exit-code',
    words: /could not be started \(203\/EXEC: no such file\)/,
  },
]

const notifier = `use Socket;
socket(my $socket, AF_UNIX, SOCK_DGRAM, 0) or die;
send($socket, "READY=1", 0, pack_sockaddr_un($ENV{NOTIFY_SOCKET})) or die;
sleep 1000;
`

describe('what ended a service is named', () => {
  const sandbox = new Sandbox({
    settings: { PRIVATE_PIDS: 'no', ROLLBACK_ON_FAILURE: 'no', DEADLINE: '20s' },
  })
  const paths = { NOTIFIER: join(sandbox.prefix, 'notify.pl'), CORES: sandbox.prefix }
  const trigger = (place: string): string => join(sandbox.prefix, `go-${place}`)

  const definition = ({ unit = '', lines }: Ending, place: string): string => {
    const environment = Object.entries(paths).map(([name, path]) => `Environment=${name}=${path}\n`)
    const wait = `while [ ! -e ${trigger(place)} ]; do sleep 0.1; done`
    return `[Unit]\n${unit.replaceAll('PLACE', place)}\n[Service]\nRestart=no\n${environment.join('')}${lines(wait)}\n`
  }

  const fleet = (all: readonly Ending[], place: string): Record<string, string> =>
    Object.fromEntries(all.map((ending) => [`${ending.name}-${place}.service`, definition(ending, place)]))

  /** Until the test lets it go. */
  const waits = (name: string): boolean => /^(code|core|limit|sig\w+)-/.test(name)

  const isGone = (pid: number) => sandbox.exec('tail', ['--pid', String(pid), '-f', '/dev/null'])

  const isOver = ({ activeState }: UnitView): boolean =>
    activeState === 'failed' || activeState === 'inactive'

  const allEnd = (place: string) =>
    sandbox.until(({ units }) => units.filter(({ name }) => name.includes(`-${place}.`)).every(isOver))

  const named = async (ending: Ending, place: string): Promise<void> => {
    const name = `${ending.name}-${place}`
    const json = JSON.parse((await sandbox.gitproc('status', name, '-o', 'json')).stdout) as UnitView
    assert.deepEqual(
      { result: json.result, activeState: json.activeState },
      { result: ending.result, activeState: ending.activeState ?? 'failed' },
      json.reason,
    )
    assert.match(json.reason, ending.words)
    assert.match((await sandbox.gitproc('status', name)).stdout.replaceAll(/\s+/g, ' '), ending.words)
    assert.match((await sandbox.gitproc('why', name)).stdout.replaceAll(/\s+/g, ' '), ending.words)
  }

  before(async () => {
    writeFileSync(paths.NOTIFIER, notifier)
    await sandbox.init({ ...fleet(endings, 'here'), ...fleet(endings, 'away') })
    await sandbox.start()
    const { units } = await sandbox.until(
      (status) =>
        status.units.length === 2 * endings.length &&
        status.units.every(({ name, subState }) => subState === 'running' || !waits(name)),
    )
    await sandbox.kill()
    writeFileSync(trigger('away'), '')
    await Promise.all(
      units
        .filter(({ name }) => waits(name) && name.includes('-away.'))
        .map(({ mainPid }) => isGone(mainPid!)),
    )
    await sandbox.start()
    writeFileSync(trigger('here'), '')
    await sandbox.deploy(fleet(judged, 'here'))
    await Promise.all([allEnd('away'), allEnd('here')])
  })
  after(() => sandbox.end())

  const seen = async (name: string) => ({
    json: JSON.parse((await sandbox.gitproc('status', name, '-o', 'json')).stdout) as UnitView,
    why: (await sandbox.gitproc('why', name)).stdout.replaceAll(/\s+/g, ' '),
  })

  test('operator', async () => {
    await sandbox.deploy({ 'asked.service': '[Service]\nExecStart=/bin/sleep 1000\n' })
    await sandbox.gitproc('stop', 'asked', '--reason', 'too noisy')
    const { json, why } = await seen('asked')
    assert.equal(json.cause?.kind, 'operator')
    assert.match(json.reason, /^stopped by root: too noisy; killed by SIGTERM$/)
    assert.match(why, /holds it \("too noisy"\)/)
  })

  test('deploy', async () => {
    await sandbox.deploy({ 'changed.service': '[Service]\nExecStart=/bin/sleep 1000\n' })
    await sandbox.deploy({ 'changed.service': '[Service]\nExecStart=/bin/sleep 2000\n' })
    const { json, why } = await seen('changed')
    assert.equal(json.cause?.kind, 'deploy')
    assert.match(json.cause?.text ?? '', /ExecStart= changed/)
    assert.match(why, /asked to restart it, because: ExecStart= changed/)
  })

  for (const ending of [...endings, ...judged]) test(ending.name, () => named(ending, 'here'))

  for (const ending of endings) test(`${ending.name}, while there was no daemon`, () => named(ending, 'away'))
})
