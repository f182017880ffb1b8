/** A policy to vary: what an otherwise empty unit file says. */
import type { CommandKind, ServicePolicy } from '../../src/lifecycle/service-policy.ts'

const none = { statuses: [], signals: [] }

export type PolicyChanges = {
  readonly [Key in keyof ServicePolicy]?: ServicePolicy[Key] extends object | undefined
    ? Partial<ServicePolicy[Key]>
    : ServicePolicy[Key]
}

export function policyWith(changes: PolicyChanges = {}): ServicePolicy {
  const merged: Record<string, unknown> = { ...plain }
  for (const [key, value] of Object.entries(changes)) {
    const before = merged[key]
    const isNested = typeof value === 'object' && typeof before === 'object' && before !== null
    merged[key] = isNested ? { ...before, ...value } : value
  }
  return merged as unknown as ServicePolicy
}

/** So many commands of each kind, none of them with a prefix. */
export const commands = (counts: Partial<Record<CommandKind, number>>): ServicePolicy['commands'] => ({
  ...plain.commands,
  ...Object.fromEntries(
    Object.entries(counts).map(([kind, count]) => [kind, Array(count).fill({ ignoreFailure: false })]),
  ),
})

const plain: ServicePolicy = {
  name: 'web.service',
  type: 'simple',
  unsupported: undefined,
  remainAfterExit: false,
  exitType: 'main',
  hasConditions: false,
  commands: {
    ExecCondition: [],
    ExecStartPre: [],
    ExecStart: [{ ignoreFailure: false }],
    ExecStartPost: [],
    ExecReload: [],
    ExecStop: [],
    ExecStopPost: [],
  },
  restart: {
    mode: 'no',
    delayMs: 100,
    steps: 0,
    maxDelayMs: Number.POSITIVE_INFINITY,
    preventExitStatus: none,
    forceExitStatus: none,
  },
  startLimit: { intervalMs: 10_000, burst: 5 },
  successExitStatus: none,
  timeouts: {
    startMs: 90_000,
    stopMs: 90_000,
    abortMs: 90_000,
    runtimeMaxMs: Number.POSITIVE_INFINITY,
    runtimeExtraMs: 0,
    startFailureMode: 'terminate',
    stopFailureMode: 'terminate',
  },
  kill: {
    mode: 'control-group',
    signal: 'SIGTERM',
    restartSignal: 'SIGTERM',
    finalSignal: 'SIGKILL',
    watchdogSignal: 'SIGABRT',
    sendSighup: false,
    sendSigkill: true,
  },
  watchdogMs: Number.POSITIVE_INFINITY,
  pidFile: undefined,
  guessMainPid: true,
  notifyAccess: 'main',
  oomPolicy: 'stop',
  reloadSignal: 'SIGHUP',
  health: undefined,
}
