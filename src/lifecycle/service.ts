/**
 * What happens next to a service: this table, and nothing else, decides it. A row per state, a named cell per event; an
 * absent cell means that the event is ignored there. The cells stand in beginning, starting, running, reloading,
 * freezing, stop-requests, stopping, killing and stop-timeouts; way-up, way-down and ending are the paths they lead to.
 *
 *                  start                                                               RestartSec= over
 *     dead ─────────────────▶ condition ─▶ start-pre ─▶ start ─▶ start-post ◀─ ─ ─ ─ ─ auto-restart ◀──────┐
 *      ▲                          │            │          │          │                 auto-restart-queued │
 *      │                          │            │ failed,  │ stop     ▼                                     │
 *      │                          │            │ too late │       running ◀──▶ reload, reload-signal,       │
 *      │                          │            │          │          │         reload-notify               │
 *      │                          │            │          │          ├────▶ exited (RemainAfterExit=)       │
 *      │                          ▼            ▼          ▼          ▼         │                            │
 *      │                         stop-sigterm ◀──────────────────── stop ◀─────┘                            │
 *      │                              │   ╲ watchdog, abort: stop-watchdog                                  │
 *      │                              ▼                                                                     │
 *      │                         stop-sigkill ─▶ stop-post ─▶ final-sigterm ─▶ final-sigkill                │
 *      │                                                       (final-watchdog)     │                       │
 *      └─── ended well, or was asked to ◀───────────────────────────────────────────┴─── Restart= says so ──┘
 *     failed ◀── ended badly, or was started too often
 *
 * Guaranteed in each state (`guarantees.test.ts` holds the table to it):
 *
 *     state                      a main process        a control command    an armed timer
 *     dead, failed               none                  none                 none
 *     auto-restart(-queued)      none                  none                 RestartSec= (0 when queued)
 *     condition                  none                  ExecCondition=       TimeoutStartSec=
 *     start-pre                  none                  always               TimeoutStartSec=
 *     start                      always, but forking   forking only         TimeoutStartSec=
 *     start-post                 until it ends         always               TimeoutStartSec=, watchdog
 *     running                    always, but forking   none                 watchdog, RuntimeMaxSec=, none if not set
 *     exited                     none                  none                 none
 *     reload                     until it ends         always               TimeoutStartSec=, watchdog, RuntimeMaxSec=
 *     reload-signal, -notify     until it ends         none                 TimeoutStartSec=, watchdog, RuntimeMaxSec=
 *     stop, stop-post            perhaps               always               TimeoutStopSec=
 *     stop-watchdog, final-…     perhaps               perhaps              TimeoutAbortSec=
 *     stop-sig…, final-sig…      perhaps               perhaps              TimeoutStopSec=
 *
 * "A process" includes one whose launch was decided and not yet seen: its end is waited for as well. Timers whose directive
 * says `infinity` are not armed. In dead, failed and auto-restart no process of the unit lives, but for those that its own
 * KillMode= or SendSIGKILL=no leaves alone; these are named in `leftOver`.
 */

import * as beginning from './beginning.ts'
import type { EventKind, EventOf, ServiceEvent } from './events.ts'
import * as freezing from './freezing.ts'
import * as killing from './killing.ts'
import * as reloading from './reloading.ts'
import * as running from './running.ts'
import type { ServicePolicy } from './service-policy.ts'
import type { ServiceState } from './service-state.ts'
import * as starting from './starting.ts'
import * as stopRequests from './stop-requests.ts'
import * as stopTimeouts from './stop-timeouts.ts'
import * as stopping from './stopping.ts'
import type { SubState } from './sub-state.ts'
import type { Next, Setting } from './transition.ts'

export type Cell<Kind extends EventKind> = (
  state: ServiceState,
  event: EventOf<Kind>,
  setting: Setting,
) => Next
export type Row = { readonly [Kind in EventKind]?: Cell<Kind> }

/** What a service may say of itself in any state with a process. */
const talk: Row = { 'notified-status': running.noteStatus, 'notified-extend': running.extendTimeout }

const down: Row = { start: beginning.start, restart: beginning.start }

const comingUp: Row = {
  ...talk,
  stop: stopRequests.stopAtOnce,
  restart: stopRequests.restartAtOnce,
  reset: running.forgetCounters,
  'oom-killed': running.lostToOom,
  'timed-out': starting.startTimedOut,
  'control-spawned': running.noteSpawned,
}

const up: Row = {
  ...talk,
  reset: running.forgetCounters,
  'main-spawned': running.noteSpawned,
  'oom-killed': running.lostToOom,
  'watchdog-missed': running.watchdogEnded,
  'notified-main': running.adoptMain,
  'notified-alive': running.stillAlive,
  'notified-watchdog-trigger': running.watchdogEnded,
}

const reloadingRow: Row = {
  ...up,
  stop: stopRequests.stopOrderly,
  restart: stopRequests.restartOrderly,
  'main-exited': running.mainEndedBesideControl,
  'timed-out': reloading.reloadTimedOut,
  'runtime-over': running.runtimeOver,
}

const goingDown: Row = {
  ...talk,
  start: stopRequests.queueStart,
  stop: stopRequests.noteStop,
  restart: stopRequests.queueStart,
  reset: running.forgetCounters,
  'oom-killed': running.explainByOom,
}

const underFire: Row = {
  ...goingDown,
  'main-spawned': killing.killLatecomer,
  'main-exited': killing.killedMainExited,
  'control-spawned': killing.killLatecomer,
  'control-exited': killing.killedControlExited,
  empty: killing.killedAll,
}

const underLastFire: Row = {
  ...underFire,
  'main-exited': killing.finalMainExited,
  'control-exited': killing.finalControlExited,
  empty: killing.lastIsGone,
}

export const serviceTable: Readonly<Record<SubState, Row>> = {
  dead: { ...down, 'oom-killed': running.explainByOom, reset: running.forgetCounters },
  condition: {
    ...comingUp,
    stop: beginning.stopBeforeLaunch,
    'conditions-checked': beginning.conditionsChecked,
    'control-exited': starting.conditionEnded,
  },
  'start-pre': { ...comingUp, 'control-exited': starting.startPreEnded },
  start: {
    ...comingUp,
    'main-spawned': starting.mainSpawned,
    'main-execed': starting.mainExeced,
    'main-exited': starting.startEnded,
    'main-found': starting.mainFound,
    'control-exited': starting.forkerEnded,
    empty: starting.nothingForked,
    'notified-ready': starting.notifiedReady,
    'notified-main': running.adoptMain,
  },
  'start-post': {
    ...comingUp,
    ...up,
    'main-exited': running.mainEndedBesideControl,
    'control-exited': starting.startPostEnded,
  },
  running: {
    ...up,
    stop: stopRequests.stopOrderly,
    restart: stopRequests.restartOrderly,
    reload: reloading.reload,
    freeze: freezing.freeze,
    thaw: freezing.thaw,
    'main-exited': running.mainEnded,
    empty: running.lastProcessEnded,
    'runtime-over': running.runtimeOver,
    unhealthy: running.becameUnhealthy,
    'notified-reloading': reloading.reloadsItself,
    'notified-stopping': running.stopsItself,
  },
  exited: {
    stop: stopRequests.stopOrderly,
    restart: stopRequests.restartOrderly,
    reload: reloading.reload,
    reset: running.forgetCounters,
    unhealthy: running.becameUnhealthy,
    'oom-killed': running.lostToOom,
  },
  reload: {
    ...reloadingRow,
    stop: stopRequests.stopAtOnce,
    restart: stopRequests.restartAtOnce,
    'control-spawned': running.noteSpawned,
    'control-exited': reloading.reloadCommandEnded,
  },
  'reload-signal': { ...reloadingRow, 'notified-reloading': reloading.reloadsItself },
  'reload-notify': { ...reloadingRow, 'notified-ready': reloading.reloaded },
  stop: {
    ...goingDown,
    'main-spawned': running.noteSpawned,
    'main-exited': stopping.noteMainExit,
    'control-spawned': running.noteSpawned,
    'control-exited': stopping.stopCommandEnded,
    'timed-out': stopTimeouts.stopTimedOut,
  },
  'stop-watchdog': { ...underFire, 'timed-out': stopTimeouts.abortTimedOut },
  'stop-sigterm': { ...underFire, 'timed-out': stopTimeouts.sigtermTimedOut },
  'stop-sigkill': { ...underFire, 'timed-out': stopTimeouts.sigkillTimedOut },
  'stop-post': {
    ...goingDown,
    'main-spawned': running.noteSpawned,
    'main-exited': stopping.noteMainExit,
    'control-spawned': running.noteSpawned,
    'control-exited': stopping.stopPostCommandEnded,
    'timed-out': stopTimeouts.stopPostTimedOut,
  },
  'final-watchdog': { ...underLastFire, 'timed-out': stopTimeouts.finalTimedOut },
  'final-sigterm': { ...underLastFire, 'timed-out': stopTimeouts.finalTimedOut },
  'final-sigkill': { ...underLastFire, 'timed-out': stopTimeouts.survivorTimedOut },
  failed: { ...down, 'oom-killed': running.explainByOom, reset: beginning.forgetFailure },
  'auto-restart': {
    ...down,
    stop: beginning.cancelRestart,
    reset: running.forgetCounters,
    'oom-killed': running.explainByOom,
    'timed-out': beginning.startAgain,
  },
  'auto-restart-queued': { ...down, stop: beginning.cancelRestart, 'timed-out': beginning.startQueued },
}

/** The next state and what it asks of the world. Pure: same arguments, same answer. */
export function next(state: ServiceState, event: ServiceEvent, policy: ServicePolicy, now: number): Next {
  const cell = serviceTable[state.state][event.kind] as Cell<typeof event.kind> | undefined
  return cell === undefined ? { state, effects: [] } : cell(state, event as never, { policy, now })
}
