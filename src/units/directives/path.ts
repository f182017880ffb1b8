/** Rows of `[Path]` (systemd.path(5)). */
import { boolean } from '../value-types/boolean.ts'
import { collection } from '../value-types/collection.ts'
import { unsigned } from '../value-types/integer.ts'
import { fileMode } from '../value-types/mode.ts'
import { timeSpan } from '../value-types/time.ts'
import { pathKinds, pathWatches } from '../value-types/trigger.ts'
import { unitName } from '../value-types/unit-names.ts'
import { rowsOf } from './row.ts'

const { unsupported } = rowsOf('systemd.path(5)')

const notWatched = 'nothing is started by what happens to the path'

export const pathDirectives = {
  /** `PathExists=`, `PathChanged=`, …, in the order written; the spellings are aliases. */
  Paths: unsupported(collection(pathKinds, pathWatches), [], notWatched),
  /** Where not set, the service of the path's own name. */
  Unit: unsupported(unitName('any'), undefined, notWatched),
  MakeDirectory: unsupported(boolean, false, notWatched),
  DirectoryMode: unsupported(fileMode, 0o755, notWatched),
  TriggerLimitIntervalSec: unsupported(timeSpan, 2e6, notWatched),
  TriggerLimitBurst: unsupported(unsigned, 200, notWatched),
} as const
