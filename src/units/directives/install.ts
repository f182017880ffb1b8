/** Rows of `[Install]` (systemd.unit(5)): accepted, for a unit in the folder is enabled by being there. */
import { text } from '../value-types/text.ts'
import { unitNames } from '../value-types/unit-names.ts'
import { rowsOf } from './row.ts'

const { accepted } = rowsOf('systemd.unit(5)')
const enabled = 'a unit is wanted by being in the folder'

export const installDirectives = {
  Alias: accepted(unitNames, [], enabled),
  WantedBy: accepted(unitNames, [], enabled),
  RequiredBy: accepted(unitNames, [], enabled),
  UpheldBy: accepted(unitNames, [], enabled),
  Also: accepted(unitNames, [], enabled),
  DefaultInstance: accepted(text, undefined, enabled),
} as const
