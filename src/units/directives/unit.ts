/** Rows of `[Unit]` (systemd.unit(5)). */
import { boolean } from '../value-types/boolean.ts'
import { choice } from '../value-types/choice.ts'
import { collection } from '../value-types/collection.ts'
import { assertDirectives, conditionDirectives, conditions } from '../value-types/condition.ts'
import { integerIn, unsigned } from '../value-types/integer.ts'
import { absolutePath, absolutePaths } from '../value-types/path.ts'
import { text, words } from '../value-types/text.ts'
import { timeout, timeSpan } from '../value-types/time.ts'
import { dependencies } from '../value-types/unit-names.ts'
import { resettable } from '../value-types/value-type.ts'
import { rowsOf } from './row.ts'

const { enforced, accepted, unsupported } = rowsOf('systemd.unit(5)')

export const emergencyActions = [
  'none',
  'reboot',
  'reboot-force',
  'reboot-immediate',
  'poweroff',
  'poweroff-force',
  'poweroff-immediate',
  'exit',
  'exit-force',
] as const

export const emergencyAction = choice(emergencyActions)

const jobMode = choice([
  'fail',
  'replace',
  'replace-irreversibly',
  'isolate',
  'flush',
  'ignore-dependencies',
  'ignore-requirements',
  'triggering',
])

const uri = words('man:, info:, file:, http: or https: addresses', (word) =>
  /^(?:man|info|file|https?):./.test(word),
)

const exitStatus = resettable(integerIn({ from: 0, to: 255 }))
const noAction = 'nothing is done to the machine'

export const unitDirectives = {
  Description: enforced(text, 'live'),
  Documentation: accepted(uri, []),
  SourcePath: accepted(absolutePath),

  Requires: enforced(dependencies, 'live', []),
  Requisite: enforced(dependencies, 'live', []),
  Wants: enforced(dependencies, 'live', []),
  BindsTo: enforced(dependencies, 'live', []),
  PartOf: enforced(dependencies, 'live', []),
  Upholds: enforced(dependencies, 'live', []),
  Conflicts: enforced(dependencies, 'live', []),
  Before: enforced(dependencies, 'live', []),
  After: enforced(dependencies, 'live', []),
  OnFailure: enforced(dependencies, 'live', []),
  OnSuccess: enforced(dependencies, 'live', []),
  PropagatesReloadTo: enforced(dependencies, 'live', []),
  ReloadPropagatedFrom: enforced(dependencies, 'live', []),
  PropagatesStopTo: enforced(dependencies, 'live', []),
  StopPropagatedFrom: enforced(dependencies, 'live', []),
  JoinsNamespaceOf: enforced(dependencies, 'restart', []),
  RequiresMountsFor: accepted(absolutePaths, [], 'mounts are the system’s'),

  OnSuccessJobMode: accepted(jobMode, 'fail'),
  OnFailureJobMode: accepted(jobMode, 'replace'),
  OnFailureIsolate: accepted(boolean, false),
  IgnoreOnIsolate: accepted(boolean),
  StopWhenUnneeded: unsupported(boolean, false, 'the unit runs until it is stopped'),
  RefuseManualStart: unsupported(boolean, false, 'gitproc start works'),
  RefuseManualStop: unsupported(boolean, false, 'gitproc stop works'),
  AllowIsolate: accepted(boolean, false),
  DefaultDependencies: accepted(boolean, true, 'gitproc adds no default dependencies'),
  CollectMode: accepted(choice(['inactive', 'inactive-or-failed']), 'inactive'),
  SurviveFinalKillSignal: accepted(boolean, false),

  FailureAction: unsupported(emergencyAction, 'none', noAction),
  SuccessAction: unsupported(emergencyAction, 'none', noAction),
  FailureActionExitStatus: unsupported(exitStatus, undefined, noAction),
  SuccessActionExitStatus: unsupported(exitStatus, undefined, noAction),
  JobTimeoutSec: unsupported(timeout, Number.POSITIVE_INFINITY, 'a job waits as long as its unit does'),
  JobRunningTimeoutSec: unsupported(timeout, undefined, 'a job runs as long as its unit needs'),
  JobTimeoutAction: unsupported(emergencyAction, 'none', noAction),
  JobTimeoutRebootArgument: accepted(text),
  RebootArgument: accepted(text),

  StartLimitIntervalSec: enforced(timeSpan, 'live', 10e6),
  StartLimitBurst: enforced(unsigned, 'live', 5),
  StartLimitAction: unsupported(emergencyAction, 'none', noAction),

  /** Every `Condition…=`, in the order written; the spellings are aliases. */
  Conditions: enforced(collection(conditionDirectives, conditions), 'none', []),
  /** Every `Assert…=`. */
  Asserts: enforced(collection(assertDirectives, conditions), 'none', []),
} as const
