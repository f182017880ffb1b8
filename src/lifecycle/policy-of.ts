/** A unit's settings as the policy of its life: microseconds become milliseconds, defaults that depend on others are filled in. */
import type { LoadedUnit } from '../units/loaded-unit.ts'
import type { Usec } from '../units/values.ts'
import {
  type CommandKind,
  commandKinds,
  type HealthAction,
  type HealthPolicy,
  type KillPolicy,
  type NotifyAccess,
  type RestartPolicy,
  type ServicePolicy,
  type ServiceType,
  type Timeouts,
} from './service-policy.ts'

type Service = NonNullable<LoadedUnit['service']>

/** What the host can't give to services. */
export interface PolicyHost {
  /** Why sd_notify can't be had here; undefined where it can. */
  readonly notifyProblem: string | undefined
}

export function policyOf(unit: LoadedUnit, host: PolicyHost): ServicePolicy {
  const { service } = unit
  if (service === undefined) throw new Error(`${unit.name} is no service`)
  const type = typeOf(service)
  return {
    name: unit.name,
    type,
    unsupported: unsupportedReason(type, host),
    remainAfterExit: service.RemainAfterExit,
    exitType: service.ExitType,
    hasConditions: unit.unit.Conditions.length + unit.unit.Asserts.length > 0,
    commands: commandsOf(service),
    restart: restartOf(service),
    startLimit: { intervalMs: ms(unit.unit.StartLimitIntervalSec), burst: unit.unit.StartLimitBurst },
    successExitStatus: service.SuccessExitStatus,
    timeouts: timeoutsOf(unit, service, type),
    kill: killOf(service),
    watchdogMs: service.WatchdogSec === 0 ? Number.POSITIVE_INFINITY : ms(service.WatchdogSec),
    pidFile: service.PIDFile,
    guessMainPid: service.GuessMainPID,
    notifyAccess: notifyAccessOf(service, type),
    oomPolicy: service.OOMPolicy ?? 'stop',
    reloadSignal: service.ReloadSignal,
    health: healthOf(unit, service),
  }
}

/** Without ExecStart= there is nothing to wait for: it is a oneshot, whose ExecStop= runs at the end (systemd.service(5)). */
const typeOf = (service: Service): ServiceType =>
  service.Type === 'simple' && service.ExecStart.length === 0 ? 'oneshot' : service.Type

function unsupportedReason(type: ServiceType, host: PolicyHost): string | undefined {
  if (type === 'dbus')
    return 'Type=dbus is not supported: there is no message bus; use Type=exec or Type=notify'
  if (type === 'notify' || type === 'notify-reload') return host.notifyProblem
  return undefined
}

const commandsOf = (service: Service): ServicePolicy['commands'] =>
  Object.fromEntries(
    commandKinds.map((kind) => [
      kind,
      service[kind].map(({ ignoreFailure }: { readonly ignoreFailure: boolean }) => ({ ignoreFailure })),
    ]),
  ) as Record<CommandKind, { readonly ignoreFailure: boolean }[]>

const restartOf = (service: Service): RestartPolicy => ({
  mode: service.Restart,
  delayMs: ms(service.RestartSec),
  steps: service.RestartSteps,
  maxDelayMs: ms(service.RestartMaxDelaySec),
  preventExitStatus: service.RestartPreventExitStatus,
  forceExitStatus: service.RestartForceExitStatus,
})

function timeoutsOf(unit: LoadedUnit, service: Service, type: ServiceType): Timeouts {
  // Nobody knows how long a oneshot's work takes: it has no time-out unless one is written (systemd.service(5)).
  const isUnlimited =
    type === 'oneshot' && !isWritten(unit, 'TimeoutStartSec') && !isWritten(unit, 'TimeoutSec')
  const stopMs = ms(service.TimeoutStopSec)
  return {
    startMs: isUnlimited ? Number.POSITIVE_INFINITY : ms(service.TimeoutStartSec),
    stopMs,
    abortMs: service.TimeoutAbortSec === undefined ? stopMs : ms(service.TimeoutAbortSec),
    runtimeMaxMs: service.RuntimeMaxSec === 0 ? Number.POSITIVE_INFINITY : ms(service.RuntimeMaxSec),
    runtimeExtraMs: ms(service.RuntimeRandomizedExtraSec),
    startFailureMode: service.TimeoutStartFailureMode,
    stopFailureMode: service.TimeoutStopFailureMode,
  }
}

const killOf = (service: Service): KillPolicy => ({
  mode: service.KillMode,
  signal: service.KillSignal,
  restartSignal: service.RestartKillSignal ?? service.KillSignal,
  finalSignal: service.FinalKillSignal,
  watchdogSignal: service.WatchdogSignal,
  sendSighup: service.SendSIGHUP,
  sendSigkill: service.SendSIGKILL,
})

/** Type=notify and WatchdogSec= make no sense without being heard: `main` is implied then (systemd.service(5)). */
function notifyAccessOf(service: Service, type: ServiceType): NotifyAccess {
  const needsIt = type === 'notify' || type === 'notify-reload' || service.WatchdogSec > 0
  return service.NotifyAccess === 'none' && needsIt ? 'main' : service.NotifyAccess
}

function healthOf(unit: LoadedUnit, service: Service): HealthPolicy | undefined {
  const isChecked =
    service.HealthCheckURL !== undefined ||
    service.HealthCheckTCP !== undefined ||
    service.HealthCheckExec.length > 0
  if (!isChecked) return undefined
  return {
    intervalMs: ms(service.HealthCheckInterval),
    timeoutMs: ms(service.HealthCheckTimeout),
    retries: service.HealthCheckRetries,
    successes: service.HealthCheckSuccesses,
    startPeriodMs: ms(service.HealthCheckStartPeriod),
    whenUnhealthy: whenUnhealthy(unit, service),
  }
}

/** HealthCheckAction=; where it is not set, a new start unless Restart= says in writing that it is not to have one. */
function whenUnhealthy(unit: LoadedUnit, service: Service): HealthAction {
  const { HealthCheckAction: action } = service
  if (action !== undefined) return action === 'none' ? 'report' : action
  if (service.Restart === 'no') return isWritten(unit, 'Restart') ? 'report' : 'restart'
  return service.Restart === 'on-success' || service.Restart === 'on-abort' ? 'report' : 'restart'
}

const isWritten = (unit: LoadedUnit, directive: string): boolean =>
  unit.origins.some((origin) => origin.directive === `Service.${directive}`)

const ms = (usec: Usec): number => usec / 1000
