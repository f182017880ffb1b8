/** One service, as the real parser makes it from lines of [Service] and [Unit]. */

import { loadUnits } from '../../src/units/load.ts'
import type { LoadedUnit } from '../../src/units/loaded-unit.ts'
import { someHost, treeOf } from './trees.ts'

export function loadService(lines: string, unitLines = ''): LoadedUnit {
  const text = `[Unit]\n${unitLines}\n[Service]\n${lines}\n`
  const unit = loadUnits(treeOf({ 'web.service': text }), someHost).units.get('web.service')
  if (unit?.service === undefined) throw new Error('it is no service')
  return unit
}
