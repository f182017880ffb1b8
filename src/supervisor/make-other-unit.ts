/** Which kind of unit without processes a definition is. */
import type { LoadedUnit } from '../units/loaded-unit.ts'
import type { OtherSurroundings, OtherUnit } from './other-unit.ts'
import { PassiveUnit } from './passive-unit.ts'
import { PathUnit } from './path-unit.ts'
import { SliceUnit } from './slice-unit.ts'
import { SocketUnit } from './socket-unit.ts'
import { TimerUnit } from './timer-unit.ts'

export const makeOtherUnit = (
  definition: LoadedUnit,
  revision: string,
  around: OtherSurroundings,
): OtherUnit => {
  switch (definition.type) {
    case 'slice':
      return new SliceUnit(definition, revision, around)
    case 'timer':
      return new TimerUnit(definition, revision, around)
    case 'path':
      return new PathUnit(definition, revision, around)
    case 'socket':
      return new SocketUnit(definition, revision, around)
    default:
      return new PassiveUnit(definition, revision, around)
  }
}
