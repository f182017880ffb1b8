/** Properties that every unit has (systemd.unit(5)). */
import type { LoadedUnit } from '../loaded-unit.ts'
import { parseUnitName } from '../name.ts'
import { pathOfName } from '../name-escape.ts'
import type { Condition } from '../values.ts'
import { count, type Properties } from './form.ts'
import { mountPaths } from './mount-paths.ts'

export const unitProperties = (loaded: LoadedUnit): Properties => {
  const { unit } = loaded
  return {
    Id: loaded.name,
    Names: [loaded.name, ...loaded.aliases],
    Description: unit.Description ?? defaultDescription(loaded),
    Documentation: unit.Documentation,
    DropInPaths: loaded.dropIns.map((path) => path.slice(path.lastIndexOf('/') + 1)),
    SourcePath: unit.SourcePath ?? '',
    Conditions: unit.Conditions.map(condition).reverse(),
    Asserts: unit.Asserts.map(condition).reverse(),
    OnFailureJobMode: unit.OnFailureIsolate ? 'isolate' : unit.OnFailureJobMode,
    OnSuccessJobMode: unit.OnSuccessJobMode,
    StopWhenUnneeded: unit.StopWhenUnneeded,
    RefuseManualStart: unit.RefuseManualStart,
    RefuseManualStop: unit.RefuseManualStop,
    AllowIsolate: unit.AllowIsolate,
    DefaultDependencies: unit.DefaultDependencies,
    IgnoreOnIsolate: unit.IgnoreOnIsolate ?? staysOnIsolate.includes(loaded.type),
    JobTimeoutUSec: count(unit.JobTimeoutSec),
    JobRunningTimeoutUSec: count(unit.JobRunningTimeoutSec ?? unit.JobTimeoutSec),
    JobTimeoutAction: unit.JobTimeoutAction,
    StartLimitIntervalUSec: count(unit.StartLimitIntervalSec),
    StartLimitBurst: unit.StartLimitBurst,
    StartLimitAction: unit.StartLimitAction,
    FailureAction: unit.FailureAction,
    SuccessAction: unit.SuccessAction,
    FailureActionExitStatus: unit.FailureActionExitStatus ?? -1,
    SuccessActionExitStatus: unit.SuccessActionExitStatus ?? -1,
    CollectMode: unit.CollectMode,
    RequiresMountsFor: mountPaths(loaded),
  }
}

/** Slices are called after the path that their names stand for. */
const defaultDescription = ({ type, name }: LoadedUnit): string =>
  type === 'slice' ? `Slice ${pathOfName(parseUnitName(name)!) ?? name}` : name

/** What systemd leaves alone when it isolates a target. */
const staysOnIsolate: readonly string[] = ['slice', 'mount', 'automount', 'swap', 'scope', 'device']

const condition = ({ kind, trigger, negate, parameter }: Condition): Properties => ({
  type: kind,
  trigger,
  negate,
  parameter,
})
