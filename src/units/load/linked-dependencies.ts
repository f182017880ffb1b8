/** Dependencies that links in `NAME.wants/` and `NAME.requires/` add, as if they stood in the unit's own file. */
import type { UnitName } from '../unit.ts'
import type { Target } from './apply-file.ts'
import { linkedDependencies } from './drop-ins.ts'
import type { UnitIndex } from './unit-index.ts'

const kinds = [
  { folder: 'wants', key: 'Wants' },
  { folder: 'requires', key: 'Requires' },
] as const

export const addLinkedDependencies = (target: Target, index: UnitIndex, names: readonly UnitName[]): void => {
  for (const { folder, key } of kinds)
    for (const { name, path } of linkedDependencies(index, names, folder)) {
      const written = target.values.get('Unit', key)
      const earlier = Array.isArray(written) ? (written as readonly UnitName[]) : []
      if (earlier.includes(name)) continue
      const origin = { directive: `Unit.${key}`, text: name, position: { file: path, line: 1, column: 1 } }
      target.values.set({ section: 'Unit', key }, [...earlier, name], origin)
    }
}
