/** Properties of the process itself: user, environment, priority, streams (systemd.exec(5)). */
import type { ProcessSettings } from '../directives/tables.ts'
import type { LoadedUnit } from '../loaded-unit.ts'
import { parseUnitName } from '../name.ts'
import { count, octal, type Properties } from './form.ts'

export const processProperties = (loaded: LoadedUnit, settings: ProcessSettings): Properties => ({
  ...identity(loaded, settings),
  ...environmentProperties(settings),
  ...scheduling(settings),
  ...streams(loaded, settings),
})

const identity = (loaded: LoadedUnit, settings: ProcessSettings): Properties => {
  const dynamicName = settings.DynamicUser ? (parseUnitName(loaded.name)?.prefix ?? '') : ''
  const user = settings.User ?? dynamicName
  return {
    NonBlocking: loaded.service?.NonBlocking ?? false,
    User: user,
    Group: settings.Group ?? (settings.DynamicUser ? user : ''),
    DynamicUser: settings.DynamicUser,
    SupplementaryGroups: settings.SupplementaryGroups,
    WorkingDirectory: workingDirectory(settings),
    RootDirectory: settings.RootDirectory ?? '',
    UMask: octal(settings.UMask),
  }
}

/** `!` before a path whose absence is harmless. */
const workingDirectory = ({ WorkingDirectory: folder }: ProcessSettings): string =>
  folder === undefined ? '' : `${folder.optional ? '!' : ''}${folder.path}`

const environmentProperties = (settings: ProcessSettings): Properties => ({
  Environment: settings.Environment.map(({ name, value }) => `${name}=${value}`),
  EnvironmentFiles: settings.EnvironmentFile.map(({ path, optional }) => ({ path, optional })),
  PassEnvironment: settings.PassEnvironment,
  UnsetEnvironment: settings.UnsetEnvironment,
})

/** Of sched_get_priority_min(2), which has no answer for policies that Linux has not. */
const lowestPriority = (policy: number): number => [0, 1, 1, 0, -1, 0, 0][policy] ?? -1

const scheduling = (settings: ProcessSettings): Properties => {
  const policy = settings.CPUSchedulingPolicy ?? 0
  return {
    Nice: settings.Nice ?? 0,
    OOMScoreAdjust: settings.OOMScoreAdjust ?? 0,
    IOSchedulingClass: settings.IOSchedulingClass || 2,
    IOSchedulingPriority: settings.IOSchedulingPriority ?? 4,
    CPUSchedulingPolicy: policy,
    CPUSchedulingPriority: settings.CPUSchedulingPriority ?? lowestPriority(policy),
    CPUSchedulingResetOnFork: settings.CPUSchedulingResetOnFork,
    CPUAffinity: settings.CPUAffinity,
    TimerSlackNSec: settings.TimerSlackNSec ?? 50_000,
    IgnoreSIGPIPE: settings.IgnoreSIGPIPE,
    UtmpIdentifier: settings.UtmpIdentifier ?? '',
    UtmpMode: settings.UtmpMode,
    PAMName: settings.PAMName ?? '',
  }
}

/** Inputs that can be written to as well: outputs that are not set go there. */
const twoWayInputs = ['tty', 'tty-force', 'tty-fail', 'socket', 'fd']

const streams = ({ type }: LoadedUnit, settings: ProcessSettings): Properties => {
  const hasData = type === 'service' && settings.StandardInputBytes !== undefined
  const input = settings.StandardInput.kind
  const inherited = twoWayInputs.includes(input) ? 'inherit' : 'journal'
  const output = settings.StandardOutput?.kind ?? (type === 'service' ? 'inherit' : 'journal')
  return {
    StandardInput: input === 'null' && hasData ? 'data' : input,
    StandardOutput: type === 'service' && output === 'inherit' ? inherited : output,
    StandardError: settings.StandardError.kind,
    SyslogIdentifier: settings.SyslogIdentifier ?? '',
    SyslogFacility: settings.SyslogFacility ?? 3,
    SyslogLevel: settings.SyslogLevel ?? 6,
    SyslogLevelPrefix: settings.SyslogLevelPrefix,
    LogLevelMax: settings.LogLevelMax ?? -1,
    LogRateLimitIntervalUSec: count(settings.LogRateLimitIntervalSec),
    LogRateLimitBurst: settings.LogRateLimitBurst,
    LogExtraFields: settings.LogExtraFields,
    TTYPath: settings.TTYPath ?? '',
    TTYReset: settings.TTYReset,
    TTYVHangup: settings.TTYVHangup,
    TTYVTDisallocate: settings.TTYVTDisallocate,
  }
}
