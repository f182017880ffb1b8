import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SubState } from '../../src/lifecycle/sub-state.ts'
import { ModelHost } from '../support/model-host.ts'
import { commands, type PolicyChanges, policyWith } from '../support/service-policy.ts'

interface Scenario {
  readonly title: string
  readonly policy?: PolicyChanges
  readonly when: (host: ModelHost) => unknown
  readonly path: readonly SubState[]
  readonly result?: string
  readonly reason?: RegExp
  readonly signals?: readonly string[]
}

const always = { restart: { mode: 'always' } } as const
const frozenByRoot = { kind: 'operator', text: 'frozen by root' } as const
const thawedByRoot = { kind: 'operator', text: 'thawed by root' } as const
const ended = { kind: 'exited', code: 0 } as const

const scenarios: readonly Scenario[] = [
  {
    title: 'a simple service runs as soon as its process exists',
    when: (host) => host.start(),
    path: ['dead', 'start', 'running'],
  },
  {
    title: 'a service that exits 0 without Restart= is dead, and well',
    when: (host) => host.start().exit(0),
    path: ['dead', 'start', 'running', 'stop-sigterm', 'dead'],
    result: 'success',
    reason: /^exited 0$/,
  },
  {
    title: 'a service that exits 1 without Restart= is failed',
    when: (host) => host.start().exit(1),
    path: ['dead', 'start', 'running', 'stop-sigterm', 'failed'],
    result: 'exit-code',
    reason: /^exited 1$/,
  },
  {
    title: 'a service that exits 1 is started again after RestartSec=',
    policy: { restart: { mode: 'on-failure', delayMs: 5000 } },
    when: (host) => host.start().exit(1).advance(4999),
    path: ['dead', 'start', 'running', 'stop-sigterm', 'auto-restart'],
    reason: /^exited 1; next start in 5 s$/,
  },
  {
    title: 'when RestartSec= is over it runs again',
    policy: { restart: { mode: 'on-failure', delayMs: 5000 } },
    when: (host) => host.start().exit(1).advance(5000),
    path: ['dead', 'start', 'running', 'stop-sigterm', 'auto-restart', 'start', 'running'],
    reason: /started/,
  },
  {
    title:
      'the fifth failure within StartLimitIntervalSec= is the last: it gives up once and says how to go on',
    policy: { restart: { mode: 'always', delayMs: 0 } },
    when: (host) => {
      host.start().exit(78)
      for (let i = 0; i < 4; i++) host.advance(0).exit(78)
      host.advance(60_000)
    },
    path: [
      ...(['dead', 'start', 'running', 'stop-sigterm'] as const),
      ...Array(4).fill(['auto-restart', 'start', 'running', 'stop-sigterm']).flat(),
      'failed',
    ],
    result: 'exit-code',
    reason: /^exited 78; gave up: 5 starts in 10 s; start it again with `gitproc start web.service`$/,
  },
  {
    title: 'a service that was stopped on purpose is never restarted, whatever Restart= says',
    policy: always,
    when: (host) => host.start().stop().advance(3_600_000),
    path: ['dead', 'start', 'running', 'stop-sigterm', 'final-sigterm', 'dead'],
    result: 'success',
    reason: /^stopped by root; killed by SIGTERM$/,
    signals: ['SIGTERM→all', 'SIGCONT→all', 'SIGTERM→all', 'SIGCONT→all'],
  },
  {
    title: 'a start during the stop waits for its end',
    policy: { ...always },
    when: (host) => {
      host.ignores = ['SIGTERM']
      host.start().stop().start().exit(0).advance(0)
    },
    path: [
      'dead',
      'start',
      'running',
      'stop-sigterm',
      'final-sigterm',
      'auto-restart-queued',
      'start',
      'running',
    ],
  },
  {
    title: 'a stop while it waits for its next start calls that off',
    policy: always,
    when: (host) => host.start().exit(1).stop().advance(60_000),
    path: ['dead', 'start', 'running', 'stop-sigterm', 'auto-restart', 'dead'],
  },
  {
    title: 'a restart is a stop and then a start',
    when: (host) => host.start().restart().advance(0),
    path: [
      'dead',
      'start',
      'running',
      'stop-sigterm',
      'final-sigterm',
      'auto-restart-queued',
      'start',
      'running',
    ],
  },
  {
    title: 'a stop sent after a restart wins',
    when: (host) => {
      host.ignores = ['SIGTERM']
      host.start().restart().stop().exit(0).advance(1000)
    },
    path: ['dead', 'start', 'running', 'stop-sigterm', 'final-sigterm', 'dead'],
  },
  {
    title: 'a service that ignores SIGTERM is killed when TimeoutStopSec= is over',
    policy: { timeouts: { stopMs: 3000 } },
    when: (host) => {
      host.ignores = ['SIGTERM']
      host.start().stop().advance(3000)
    },
    path: ['dead', 'start', 'running', 'stop-sigterm', 'stop-sigkill', 'final-sigterm', 'failed'],
    result: 'timeout',
  },
  {
    title: 'a helper that outlives the main process gets the signals, too, before the unit is dead',
    policy: { timeouts: { stopMs: 3000 } },
    when: (host) => host.start().fork(['SIGTERM']).stop().advance(6000),
    path: ['dead', 'start', 'running', 'stop-sigterm', 'final-sigterm', 'final-sigkill', 'failed'],
    result: 'timeout',
  },
  {
    title: 'KillMode=process stops the main process and leaves its children alone',
    policy: { kill: { mode: 'process' } },
    when: (host) => host.start().fork().stop(),
    path: ['dead', 'start', 'running', 'stop-sigterm', 'dead'],
    signals: ['SIGTERM→main-and-control', 'SIGCONT→main-and-control'],
  },
  {
    title: 'KillMode=mixed asks the main process and kills the rest',
    policy: { kill: { mode: 'mixed' } },
    when: (host) => host.start().fork(['SIGTERM']).stop(),
    path: ['dead', 'start', 'running', 'stop-sigterm', 'final-sigkill', 'dead'],
    signals: ['SIGTERM→main-and-control', 'SIGCONT→main-and-control', 'SIGKILL→all'],
  },
  {
    title: 'KillMode=none runs ExecStop=, waits for one time-out, and names what it leaves',
    policy: { kill: { mode: 'none' }, commands: commands({ ExecStop: 1 }), timeouts: { stopMs: 1000 } },
    when: (host) => host.start().stop().exitControl(0).advance(1000),
    path: ['dead', 'start', 'running', 'stop', 'stop-sigterm', 'failed'],
    result: 'timeout',
    reason: /left running .*: pid 100/,
    signals: [],
  },
  {
    title: 'SendSIGHUP=yes and RestartKillSignal= choose the signals of a restart',
    policy: { kill: { sendSighup: true, restartSignal: 'SIGINT' } },
    when: (host) => host.start().restart(),
    path: ['dead', 'start', 'running', 'stop-sigterm', 'final-sigterm', 'auto-restart-queued'],
    signals: ['SIGINT→all', 'SIGHUP→all', 'SIGCONT→all', 'SIGINT→all', 'SIGHUP→all', 'SIGCONT→all'],
  },
  {
    title: 'FinalKillSignal= is what ends a stubborn service',
    policy: { kill: { finalSignal: 'SIGQUIT' }, timeouts: { stopMs: 100 } },
    when: (host) => {
      host.ignores = ['SIGTERM']
      host.start().stop().advance(100)
    },
    path: ['dead', 'start', 'running', 'stop-sigterm', 'stop-sigkill', 'final-sigterm', 'failed'],
    signals: ['SIGTERM→all', 'SIGCONT→all', 'SIGQUIT→all', 'SIGCONT→all', 'SIGTERM→all', 'SIGCONT→all'],
  },
  {
    title: 'SendSIGKILL=no never kills; what is left then is named',
    policy: { kill: { sendSigkill: false }, timeouts: { stopMs: 100 } },
    when: (host) => {
      host.ignores = ['SIGTERM']
      host.start().stop().advance(1000)
    },
    path: ['dead', 'start', 'running', 'stop-sigterm', 'final-sigterm', 'failed'],
    result: 'timeout',
    reason: /pid 100/,
  },
  {
    title: 'a process that survives SIGKILL keeps its unit from being called dead',
    policy: { timeouts: { stopMs: 100 } },
    when: (host) => {
      host.ignores = ['SIGTERM', 'SIGKILL']
      host.start().stop().advance(3_600_000)
    },
    path: ['dead', 'start', 'running', 'stop-sigterm', 'stop-sigkill', 'final-sigterm', 'final-sigkill'],
    reason: /survives SIGKILL/,
  },
  {
    title: 'all commands of a start and a stop run one after another',
    policy: {
      commands: commands({
        ExecCondition: 1,
        ExecStartPre: 2,
        ExecStart: 1,
        ExecStartPost: 1,
        ExecStop: 1,
        ExecStopPost: 1,
      }),
    },
    when: (host) => {
      host.start().exitControl(0).exitControl(0).exitControl(0).exitControl(0)
      host.stop().exitControl(0).exitControl(0)
    },
    path: [
      ...(['dead', 'condition', 'start-pre', 'start', 'start-post', 'running'] as const),
      ...(['stop', 'stop-sigterm', 'stop-post', 'final-sigterm', 'dead'] as const),
    ],
  },
  {
    title: 'ExecCondition= that exits 1 skips the unit without a failure',
    policy: { commands: commands({ ExecCondition: 1, ExecStart: 1 }), ...always },
    when: (host) => host.start().exitControl(1),
    path: ['dead', 'condition', 'stop-sigterm', 'dead'],
    result: 'exec-condition',
    reason: /^skipped: ExecCondition= exited 1$/,
  },
  {
    title: 'ExecCondition= that exits 255 is a failure',
    policy: { commands: commands({ ExecCondition: 1, ExecStart: 1 }) },
    when: (host) => host.start().exitControl(255),
    path: ['dead', 'condition', 'stop-sigterm', 'failed'],
    result: 'exit-code',
  },
  {
    title: 'a Condition…= that does not hold leaves the unit dead without a failure',
    policy: { hasConditions: true },
    when: (host) =>
      host.start().feed({ kind: 'conditions-checked', verdict: { kind: 'skip', text: 'no /x' } }),
    path: ['dead', 'condition', 'dead'],
    result: 'success',
    reason: /skipped: no \/x/,
  },
  {
    title: 'an Assert…= that does not hold fails the start',
    policy: { hasConditions: true },
    when: (host) =>
      host.start().feed({ kind: 'conditions-checked', verdict: { kind: 'unasserted', text: 'no /x' } }),
    path: ['dead', 'condition', 'dead'],
    result: 'success',
    reason: /no \/x/,
  },
  {
    title: 'ExecStartPre= that fails keeps the service from starting, and ExecStopPost= cleans up',
    policy: { commands: commands({ ExecStartPre: 1, ExecStart: 1, ExecStopPost: 1 }) },
    when: (host) => host.start().exitControl(3).exitControl(0),
    path: ['dead', 'start-pre', 'stop-sigterm', 'stop-post', 'final-sigterm', 'failed'],
    result: 'exit-code',
  },
  {
    title: 'the - prefix forgives a command, the main one included',
    policy: {
      commands: { ExecStartPre: [{ ignoreFailure: true }], ExecStart: [{ ignoreFailure: true }] },
    },
    when: (host) => host.start().exitControl(1).exit(1),
    path: ['dead', 'start-pre', 'start', 'running', 'stop-sigterm', 'dead'],
    result: 'success',
  },
  {
    title: 'oneshot runs its commands in turn and is dead afterwards',
    policy: { type: 'oneshot', commands: commands({ ExecStart: 3 }) },
    when: (host) => host.start().exit(0).exit(0).exit(0),
    path: ['dead', 'start', 'stop-sigterm', 'dead'],
    result: 'success',
  },
  {
    title: 'oneshot with RemainAfterExit= stays up without a process until it is stopped',
    policy: { type: 'oneshot', remainAfterExit: true, commands: commands({ ExecStart: 1, ExecStop: 1 }) },
    when: (host) => host.start().exit(0).advance(1000).stop().exitControl(0),
    path: ['dead', 'start', 'exited', 'stop', 'stop-sigterm', 'dead'],
  },
  {
    title: 'oneshot stops at its first failing command',
    policy: { type: 'oneshot', commands: commands({ ExecStart: 2 }) },
    when: (host) => host.start().exit(4),
    path: ['dead', 'start', 'stop-sigterm', 'failed'],
    result: 'exit-code',
  },
  {
    title: 'Type=exec is up only when exec(2) has succeeded',
    policy: { type: 'exec' },
    when: (host) => {
      host.start()
      assert.equal(host.state.state, 'start')
      host.feed({ kind: 'main-execed' })
    },
    path: ['dead', 'start', 'running'],
  },
  {
    title: 'Type=exec that can not be executed failed to start',
    policy: { type: 'exec' },
    when: (host) => host.start().end('main', { kind: 'exited', code: 203 }, { failedStep: 'EXEC' }),
    path: ['dead', 'start', 'stop-sigterm', 'failed'],
    result: 'exit-code',
    reason: /could not be started \(203\/EXEC\)/,
  },
  {
    title: 'Type=notify is up only after READY=1',
    policy: { type: 'notify' },
    when: (host) => {
      host.start().advance(1000)
      assert.equal(host.state.state, 'start')
      host.feed({ kind: 'notified-ready' })
    },
    path: ['dead', 'start', 'running'],
  },
  {
    title: 'Type=notify that ends before READY=1 broke the protocol',
    policy: { type: 'notify' },
    when: (host) => host.start().exit(0),
    path: ['dead', 'start', 'stop-sigterm', 'failed'],
    result: 'protocol',
  },
  {
    title: 'Type=notify that never says READY=1 times out after TimeoutStartSec=',
    policy: { type: 'notify', timeouts: { startMs: 2000 } },
    when: (host) => host.start().advance(2000),
    path: ['dead', 'start', 'stop-sigterm', 'final-sigterm', 'failed'],
    result: 'timeout',
  },
  {
    title: 'EXTEND_TIMEOUT_USEC= gives a slow start more time',
    policy: { type: 'notify', timeouts: { startMs: 2000 } },
    when: (host) => host.start().advance(1500).feed({ kind: 'notified-extend', byMs: 5000 }).advance(4000),
    path: ['dead', 'start'],
  },
  {
    title: 'Type=forking is up when its parent has ended and the main process is known',
    policy: { type: 'forking' },
    when: (host) => {
      host.start().fork()
      host.exitControl(0).feed({ kind: 'main-found', process: { pid: 7, startTicks: 1 } })
    },
    path: ['dead', 'start', 'running'],
  },
  {
    title: 'Type=forking that leaves nothing behind has ended, and well',
    policy: { type: 'forking' },
    when: (host) => {
      host.start().exitControl(0)
      host.processes = []
      host.feed({ kind: 'empty' })
    },
    path: ['dead', 'start', 'running', 'stop-sigterm', 'dead'],
    result: 'success',
  },
  {
    title: 'Type=forking that leaves nothing behind has failed where PIDFile= promised a daemon',
    policy: { type: 'forking', pidFile: '/run/app.pid' },
    when: (host) => host.start().exitControl(0).feed({ kind: 'empty' }),
    path: ['dead', 'start', 'stop-sigterm', 'failed'],
    result: 'protocol',
  },
  {
    title: 'Type=forking whose parent fails has failed',
    policy: { type: 'forking' },
    when: (host) => host.start().exitControl(1),
    path: ['dead', 'start', 'stop-sigterm', 'failed'],
    result: 'exit-code',
    reason: /^exited 1$/,
  },
  {
    title: 'ExitType=cgroup runs on after its main process, until the last process has ended',
    policy: { exitType: 'cgroup' },
    when: (host) => {
      host.start().fork().exit(0)
      assert.equal(host.state.state, 'running')
      host.processes = []
      host.feed({ kind: 'empty' })
    },
    path: ['dead', 'start', 'running', 'stop-sigterm', 'dead'],
  },
  {
    title: 'Type=dbus is refused with a sentence',
    policy: { type: 'dbus', unsupported: 'Type=dbus is not supported' },
    when: (host) => host.start(),
    path: ['dead', 'failed'],
    result: 'resources',
    reason: /Type=dbus is not supported/,
  },
  {
    title: 'a missed watchdog aborts the service and Restart=on-watchdog starts it again',
    policy: { watchdogMs: 1000, restart: { mode: 'on-watchdog', delayMs: 0 } },
    when: (host) => host.start().advance(999).feed({ kind: 'notified-alive' }).advance(1000),
    path: ['dead', 'start', 'running', 'stop-watchdog', 'final-sigterm', 'auto-restart', 'start', 'running'],
  },
  {
    title: 'RuntimeMaxSec= ends a service by time-out',
    policy: { timeouts: { runtimeMaxMs: 60_000 } },
    when: (host) => host.start().advance(60_000),
    path: ['dead', 'start', 'running', 'stop-sigterm', 'final-sigterm', 'failed'],
    result: 'timeout',
  },
  {
    title: 'an unhealthy service is stopped and started again',
    policy: {
      health: {
        intervalMs: 1,
        timeoutMs: 1,
        retries: 1,
        successes: 1,
        startPeriodMs: 0,
        whenUnhealthy: 'restart',
      },
    },
    when: (host) => host.start().feed({ kind: 'unhealthy', detail: '503' }).advance(100),
    path: ['dead', 'start', 'running', 'stop-sigterm', 'final-sigterm', 'auto-restart', 'start', 'running'],
  },
  {
    title: 'an unhealthy service that is not to be restarted runs on, marked',
    policy: {
      health: {
        intervalMs: 1,
        timeoutMs: 1,
        retries: 1,
        successes: 1,
        startPeriodMs: 0,
        whenUnhealthy: 'report',
      },
    },
    when: (host) => host.start().feed({ kind: 'unhealthy', detail: '503' }),
    path: ['dead', 'start', 'running'],
    reason: /health check failed: 503/,
  },
  {
    title: 'HealthCheckAction=stop ends an unhealthy service, whatever Restart= says',
    policy: {
      health: {
        intervalMs: 1,
        timeoutMs: 1,
        retries: 1,
        successes: 1,
        startPeriodMs: 0,
        whenUnhealthy: 'stop',
      },
      restart: { mode: 'always' },
    },
    when: (host) => host.start().feed({ kind: 'unhealthy', detail: '503' }).advance(100),
    path: ['dead', 'start', 'running', 'stop-sigterm', 'final-sigterm', 'failed'],
    result: 'health',
  },
  {
    title: 'HealthCheckAction=rollback leaves an unhealthy service to its deployment while that is under way',
    policy: {
      health: {
        intervalMs: 1,
        timeoutMs: 1,
        retries: 1,
        successes: 1,
        startPeriodMs: 0,
        whenUnhealthy: 'rollback',
      },
    },
    when: (host) => host.start().feed({ kind: 'unhealthy', detail: '503', isOnTrial: true }),
    path: ['dead', 'start', 'running'],
    reason: /health check failed: 503/,
  },
  {
    title: 'HealthCheckAction=rollback starts an unhealthy service anew when its deployment has long ended',
    policy: {
      health: {
        intervalMs: 1,
        timeoutMs: 1,
        retries: 1,
        successes: 1,
        startPeriodMs: 0,
        whenUnhealthy: 'rollback',
      },
    },
    when: (host) => host.start().feed({ kind: 'unhealthy', detail: '503', isOnTrial: false }).advance(100),
    path: ['dead', 'start', 'running', 'stop-sigterm', 'final-sigterm', 'auto-restart', 'start', 'running'],
  },
  {
    title: 'a frozen service that is stopped is thawed first',
    when: (host) => host.start().feed({ kind: 'freeze', cause: frozenByRoot }).stop(),
    path: ['dead', 'start', 'running', 'stop-sigterm', 'final-sigterm', 'dead'],
  },
  {
    title: 'the watchdog of a frozen service does not count, and is wound up when it is thawed',
    policy: { watchdogMs: 1000, restart: { mode: 'no' } },
    when: (host) =>
      host
        .start()
        .feed({ kind: 'freeze', cause: frozenByRoot })
        .advance(10_000)
        .feed({ kind: 'notified-alive' })
        .advance(10_000)
        .feed({ kind: 'thaw', cause: thawedByRoot })
        .advance(900),
    path: ['dead', 'start', 'running'],
    reason: /thawed by root/,
  },
  {
    title: 'OOMPolicy=stop ends the whole service when the kernel took one process of it',
    when: (host) => host.start().fork().feed({ kind: 'oom-killed' }),
    path: ['dead', 'start', 'running', 'stop-sigterm', 'final-sigterm', 'failed'],
    result: 'oom-kill',
  },
  {
    title: 'a kill that the kernel explains afterwards is called OOM',
    when: (host) => host.start().killedBy('SIGKILL').feed({ kind: 'oom-killed' }),
    path: ['dead', 'start', 'running', 'stop-sigterm', 'failed'],
    result: 'oom-kill',
  },
  {
    title: 'reload runs ExecReload= and the service goes on',
    policy: { commands: commands({ ExecStart: 1, ExecReload: 1 }) },
    when: (host) => host.start().reload().exitControl(0),
    path: ['dead', 'start', 'running', 'reload', 'running'],
  },
  {
    title: 'a failed reload ends nothing',
    policy: { commands: commands({ ExecStart: 1, ExecReload: 1 }) },
    when: (host) => host.start().reload().exitControl(1),
    path: ['dead', 'start', 'running', 'reload', 'running'],
    result: 'success',
    reason: /reload failed: ExecReload= exited 1/,
  },
  {
    title: 'Type=notify-reload reloads by its signal, RELOADING=1 and READY=1',
    policy: { type: 'notify-reload' },
    when: (host) => {
      host.start().feed({ kind: 'notified-ready' })
      host.processes = host.processes.map((process) => ({ ...process, ignores: ['SIGHUP'] }))
      host.reload().feed({ kind: 'notified-reloading' }).feed({ kind: 'notified-ready' })
    },
    path: ['dead', 'start', 'running', 'reload-signal', 'reload-notify', 'running'],
    signals: ['SIGHUP→main'],
  },
  {
    title: 'STOPPING=1 means that it ends by itself, within TimeoutStopSec=',
    policy: { type: 'notify', timeouts: { stopMs: 1000 } },
    when: (host) => host.start().feed({ kind: 'notified-ready' }).feed({ kind: 'notified-stopping' }).exit(0),
    path: ['dead', 'start', 'running', 'stop-sigterm', 'final-sigterm', 'dead'],
    result: 'success',
  },
  {
    title: 'a stop before the process has appeared ends it when it appears',
    when: (host) => {
      host.isLazy = true
      host.start().stop().launchPending()
    },
    path: ['dead', 'start', 'stop-sigterm', 'final-sigterm', 'dead'],
  },
  {
    title: 'a lost exit is said to be unknown, and counts as no clean one',
    policy: { restart: { mode: 'on-failure' } },
    when: (host) => host.start().end('main', { kind: 'unknown', why: 'its shim was killed' }),
    path: ['dead', 'start', 'running', 'stop-sigterm', 'auto-restart'],
    result: 'unknown',
    reason: /exit status unknown \(its shim was killed\)/,
  },
  {
    title:
      'a daemon that forked away and is stopped on purpose has not failed, though nobody saw how it ended',
    when: (host) => {
      host.start()
      host.processes = host.processes.map((process) => ({ ...process, ignores: ['SIGTERM'] }))
      host.stop().end('main', { kind: 'unknown', why: 'it was no child of its shim' })
    },
    path: ['dead', 'start', 'running', 'stop-sigterm', 'final-sigterm', 'dead'],
    result: 'unknown',
    reason: /^stopped by root; ended, exit status unknown \(it was no child of its shim\)$/,
  },
  {
    title: 'a failure that is reset is dead, with its counters at nought',
    when: (host) => host.start().exit(1).feed({ kind: 'reset' }),
    path: ['dead', 'start', 'running', 'stop-sigterm', 'failed', 'dead'],
    result: 'success',
  },
]

for (const { title, policy, when, path, result, reason, signals } of scenarios) {
  test(title, () => {
    const host = new ModelHost(policyWith(policy))
    when(host)
    assert.deepEqual(host.path, path)
    if (result !== undefined) assert.equal(host.state.result, result)
    if (reason !== undefined) assert.match(host.state.reason, reason)
    if (signals !== undefined) assert.deepEqual(host.signals, signals)
  })
}

test('a deliberate start after giving up counts anew', () => {
  const host = new ModelHost(
    policyWith({ restart: { mode: 'always', delayMs: 0 }, startLimit: { burst: 2 } }),
  )
  host.start().exit(1).advance(0).exit(1)
  assert.equal(host.state.state, 'failed')
  host.start()
  assert.equal(host.state.state, 'running')
  assert.equal(host.state.restarts, 0)
})

test('a start by a timer counts against the start limit', () => {
  const host = new ModelHost(policyWith({ startLimit: { burst: 2 } }))
  host.start('timer').exit(0).start('timer').exit(0).start('timer')
  assert.equal(host.state.state, 'failed')
  assert.equal(host.state.result, 'start-limit-hit')
})

test('the end of an earlier parent is kept for `status`', () => {
  const host = new ModelHost(policyWith())
  host.start().end('main', ended)
  assert.deepEqual(host.state.lastExit?.exit, ended)
})
