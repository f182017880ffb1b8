/** Rows of `[Path]` (systemd.path(5)). */
import { boolean } from '../value-types/boolean.ts'
import { collection } from '../value-types/collection.ts'
import { limitBurst } from '../value-types/integer.ts'
import { fileMode } from '../value-types/mode.ts'
import { limitInterval } from '../value-types/time.ts'
import { pathKinds, pathWatches } from '../value-types/trigger.ts'
import { triggeredUnit } from '../value-types/unit-names.ts'
import { rowsOf } from './row.ts'

const { enforced } = rowsOf('systemd.path(5)')

export const pathDirectives = {
  /** `PathExists=`, `PathChanged=`, …, in the order written; the spellings are aliases. */
  Paths: enforced(collection(pathKinds, pathWatches), 'restart', []),
  /** Where not set, the service of the path's own name. */
  Unit: enforced(triggeredUnit, 'live'),
  MakeDirectory: enforced(boolean, 'restart', false),
  DirectoryMode: enforced(fileMode, 'restart', 0o755),
  TriggerLimitIntervalSec: enforced(limitInterval, 'live', 2e6),
  TriggerLimitBurst: enforced(limitBurst, 'live', 200),
} as const
