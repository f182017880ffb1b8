/**
 * A folder of unit files → typed units and every finding. What an earlier revision of the folder came to is taken over: the
 * work grows with what differs, and a unit that is made of the same stays the very same object. Start reading here, then
 * `load/load-one.ts`.
 */
import { changedKeys } from '../base/changed-keys.ts'
import { type FileTree, isSameContent } from '../base/file-tree.ts'
import type { HostFacts } from './host-facts.ts'
import { affectedUnits } from './load/affected-units.ts'
import { loadOne } from './load/load-one.ts'
import { Loading } from './load/loading.ts'
import { findSources } from './load/sources.ts'
import { emptyFolder, type UnitFolder } from './load/unit-folder.ts'
import { canonicalName, emptyIndex, nextIndex } from './load/unit-index.ts'
import type { LoadedUnit } from './loaded-unit.ts'
import { parseUnitName } from './name.ts'
import type { UnitName } from './unit.ts'

export { emptyFolder, type UnitFolder } from './load/unit-folder.ts'

/** Other facts of the host make all units anew, for specifiers are expanded by them. */
export const loadUnits = (tree: FileTree, host: HostFacts, earlier = emptyFolder(host)): UnitFolder => {
  const before = earlier.host === host ? earlier : emptyFolder(host)
  const changed = changedKeys(before.index.tree, tree, isSameContent)
  const index = nextIndex(before.index, tree, changed)
  const affected = affectedUnits(changed, { before: before.index, after: index, units: before.units })
  const loading = new Loading(before, index)
  for (const name of affected) loading.renew(name)
  loading.settleNamed(new Set(affected))
  return loading.folder()
}

/** One unit by any name, an instance of a template too; undefined where the name itself is invalid. */
export const loadUnit = (name: UnitName, tree: FileTree, host: HostFacts): LoadedUnit | undefined => {
  const index = nextIndex(emptyIndex, tree, [...tree.keys()])
  const canonical = canonicalName(index, name)
  const parts = parseUnitName(canonical)
  return parts && loadOne(findSources(canonical, parts, index), { index, host, files: new Map() })
}
