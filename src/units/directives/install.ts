/**
 * Rows of `[Install]` (systemd.unit(5)): accepted, for a unit in the folder is enabled by being there. The last one is
 * gitproc's own: when a deployment runs the unit, in Argo CD's words.
 */
import { choice } from '../value-types/choice.ts'
import { text } from '../value-types/text.ts'
import { unitNames } from '../value-types/unit-names.ts'
import { resettable } from '../value-types/value-type.ts'
import { rowsOf } from './row.ts'

const { accepted } = rowsOf('systemd.unit(5)')
const { enforced } = rowsOf('gitproc(5)')
const isThere = 'a unit is wanted by being in the folder'

export const installDirectives = {
  Alias: accepted(unitNames, [], isThere),
  WantedBy: accepted(unitNames, [], isThere),
  RequiredBy: accepted(unitNames, [], isThere),
  UpheldBy: accepted(unitNames, [], isThere),
  Also: accepted(unitNames, [], isThere),
  DefaultInstance: accepted(text, undefined, isThere),
  DeployHook: enforced(resettable(choice(['PreSync', 'PostSync', 'SyncFail'])), 'live'),
} as const
