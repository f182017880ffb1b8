/** Random policies, and random things that can happen to a unit on a real host. */
import fc from 'fast-check'
import type { ServicePolicy } from '../../src/lifecycle/service-policy.ts'
import type { ModelHost } from './model-host.ts'
import { commands, policyWith } from './service-policy.ts'

const span = fc.constantFrom(10, 1000, 60_000)
const count = fc.constantFrom(0, 0, 1, 2)

export const anyPolicy: fc.Arbitrary<ServicePolicy> = fc
  .record({
    type: fc.constantFrom('simple', 'exec', 'forking', 'oneshot', 'notify', 'notify-reload', 'idle' as const),
    remainAfterExit: fc.boolean(),
    hasConditions: fc.boolean(),
    mode: fc.constantFrom(
      'no',
      'on-success',
      'on-failure',
      'on-abnormal',
      'on-watchdog',
      'on-abort',
      'always' as const,
    ),
    kill: fc.constantFrom('control-group', 'mixed' as const),
    timeouts: fc.record({ startMs: span, stopMs: span, abortMs: span }),
    failureMode: fc.constantFrom('terminate', 'abort', 'kill' as const),
    counts: fc.record({
      ExecCondition: count,
      ExecStartPre: count,
      ExecStart: fc.integer({ min: 1, max: 2 }),
      ExecStartPost: count,
      ExecReload: count,
      ExecStop: count,
      ExecStopPost: count,
    }),
    watchdogMs: fc.constantFrom(500, Number.POSITIVE_INFINITY),
    runtimeMaxMs: fc.constantFrom(5000, Number.POSITIVE_INFINITY),
    oomPolicy: fc.constantFrom('stop', 'kill', 'continue' as const),
  })
  .map((it) =>
    policyWith({
      type: it.type as ServicePolicy['type'],
      remainAfterExit: it.remainAfterExit,
      hasConditions: it.hasConditions,
      restart: { mode: it.mode as ServicePolicy['restart']['mode'], delayMs: 50 },
      kill: { mode: it.kill as ServicePolicy['kill']['mode'] },
      timeouts: {
        ...it.timeouts,
        runtimeMaxMs: it.runtimeMaxMs,
        startFailureMode: it.failureMode as 'kill',
        stopFailureMode: it.failureMode as 'kill',
      },
      commands: commands(it.counts),
      watchdogMs: it.watchdogMs,
      oomPolicy: it.oomPolicy as ServicePolicy['oomPolicy'],
    }),
  )

export type Action = (host: ModelHost) => unknown

const feed =
  (event: Parameters<ModelHost['feed']>[0]): Action =>
  (host) =>
    host.feed(event)

/** What can happen to a unit on a real host, in any order. */
/** The one thing that a service which starts well does next. */
const progress: Action = (host) => {
  const { state, control, main } = host.state
  if (host.pending.length > 0) host.launchPending()
  else if (state === 'dead' || state === 'failed') host.start()
  else if (control !== undefined) endIf(host, 'control', 0)
  else if (state === 'condition') host.feed({ kind: 'conditions-checked', verdict: { kind: 'met' } })
  else if (state === 'start' && main === undefined)
    host.fork().feed({ kind: 'main-found', process: undefined })
  else if (state === 'start') {
    host.feed({ kind: 'main-execed' }).feed({ kind: 'notified-ready' })
    if (host.policy.type === 'oneshot') endIf(host, 'main', 0)
  } else if (state === 'reload-signal') host.feed({ kind: 'notified-reloading' })
  else if (state === 'reload-notify') host.feed({ kind: 'notified-ready' })
  else host.advance(50)
}

const anything: fc.Arbitrary<Action> = fc.oneof(
  fc.constantFrom<Action>(
    (host) => host.start(),
    (host) => host.start('timer'),
    (host) => host.stop(),
    (host) => host.restart(),
    (host) => host.reload(),
    (host) => forkIf(host, []),
    (host) => forkIf(host, ['SIGTERM', 'SIGABRT']),
    (host) => host.launchPending(),
    (host) => {
      host.isLazy = !host.isLazy
    },
    (host) => {
      host.ignores = host.ignores.length === 0 ? ['SIGTERM', 'SIGABRT', 'SIGHUP'] : []
    },
    (host) => {
      if (host.processes.length > 0) host.processes = host.processes.filter(({ as }) => as !== 'helper')
      if (host.processes.length === 0 && host.pending.length === 0) host.feed({ kind: 'empty' })
    },
    feed({ kind: 'reset' }),
    feed({ kind: 'freeze', cause: { kind: 'operator', text: 'frozen by root' } }),
    feed({ kind: 'thaw', cause: { kind: 'operator', text: 'thawed by root' } }),
    feed({ kind: 'conditions-checked', verdict: { kind: 'met' } }),
    feed({ kind: 'conditions-checked', verdict: { kind: 'skip', text: 'no' } }),
    feed({ kind: 'main-execed' }),
    feed({ kind: 'oom-killed' }),
    feed({ kind: 'unhealthy', detail: '503' }),
    feed({ kind: 'notified-ready' }),
    feed({ kind: 'notified-reloading' }),
    feed({ kind: 'notified-stopping' }),
    feed({ kind: 'notified-alive' }),
    feed({ kind: 'notified-watchdog-trigger' }),
    feed({ kind: 'notified-extend', byMs: 100 }),
    feed({ kind: 'notified-status', text: 'busy' }),
    feed({ kind: 'main-found', process: undefined }),
  ),
  fc.integer({ min: 0, max: 2 }).map(
    (code): Action =>
      (host) =>
        endIf(host, 'main', code),
  ),
  fc.integer({ min: 0, max: 2 }).map(
    (code): Action =>
      (host) =>
        endIf(host, 'control', code),
  ),
  span.map(
    (ms): Action =>
      (host) =>
        host.advance(ms + 1),
  ),
)

function endIf(host: ModelHost, as: 'main' | 'control', code: number): void {
  if (host.processes.some((process) => process.as === as)) host.end(as, { kind: 'exited', code })
}

/** Only what lives can leave a child behind. */
function forkIf(host: ModelHost, ignores: readonly string[]): void {
  if (host.processes.length > 0) host.fork(ignores)
}

/** Mostly what a service does that is well, so that every state is reached, and at any point anything else. */
const anyAction = fc.oneof(
  { weight: 2, arbitrary: fc.constant(progress) },
  { weight: 1, arbitrary: anything },
)

export const anyActions = fc.array(anyAction, { maxLength: 40, size: 'max' })
