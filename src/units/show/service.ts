/** Properties that services alone have (systemd.service(5)). */
import type { ServiceSettings } from '../directives/tables.ts'
import { signalNumber } from '../value-types/signal.ts'
import type { ExitStatusSet } from '../values.ts'
import { shownCommands } from './command.ts'
import { count, type Properties } from './form.ts'
import { shownSignal } from './kill.ts'

export const serviceProperties = (service: ServiceSettings): Properties => ({
  Type: service.Type,
  ExitType: service.ExitType,
  Restart: service.Restart,
  RestartUSec: count(service.RestartSec),
  ...timeouts(service),
  RemainAfterExit: service.RemainAfterExit,
  GuessMainPID: service.GuessMainPID,
  PIDFile: service.PIDFile ?? '',
  BusName: service.BusName ?? '',
  NotifyAccess: service.NotifyAccess,
  RootDirectoryStartOnly: service.RootDirectoryStartOnly,
  OOMPolicy: service.OOMPolicy ?? (service.Delegate.isDelegated ? 'continue' : 'stop'),
  FileDescriptorStoreMax: service.FileDescriptorStoreMax,
  SuccessExitStatus: exitStatuses(service.SuccessExitStatus),
  RestartPreventExitStatus: exitStatuses(service.RestartPreventExitStatus),
  RestartForceExitStatus: exitStatuses(service.RestartForceExitStatus),
  ...commands(service),
})

const timeouts = (service: ServiceSettings): Properties => ({
  TimeoutStartUSec: count(service.TimeoutStartSec),
  TimeoutStopUSec: count(service.TimeoutStopSec),
  TimeoutAbortUSec: count(service.TimeoutAbortSec ?? service.TimeoutStopSec),
  TimeoutStartFailureMode: service.TimeoutStartFailureMode,
  TimeoutStopFailureMode: service.TimeoutStopFailureMode,
  RuntimeMaxUSec: count(service.RuntimeMaxSec),
  RuntimeRandomizedExtraUSec: count(service.RuntimeRandomizedExtraSec),
  WatchdogUSec: count(service.WatchdogSec),
})

const commands = (service: ServiceSettings): Properties => ({
  ExecCondition: shownCommands(service.ExecCondition),
  ExecStartPre: shownCommands(service.ExecStartPre),
  ExecStart: shownCommands(service.ExecStart),
  ExecStartPost: shownCommands(service.ExecStartPost),
  ExecReload: shownCommands(service.ExecReload),
  ExecStop: shownCommands(service.ExecStop),
  ExecStopPost: shownCommands(service.ExecStopPost),
})

const exitStatuses = ({ statuses, signals }: ExitStatusSet): Properties => ({
  status: [...statuses].sort((a, b) => a - b),
  signals: [...signals].sort((a, b) => signalNumber(a) - signalNumber(b)).map(shownSignal),
})
