/** In which order many units are stopped or started by hand: along their After=, as systemd would. Pure. */
import type { UnitView } from '../api/contract.ts'

type Ordered = Pick<UnitView, 'name' | 'after'>

/** Groups of names; a group may be stopped once the one before it has ended. */
export const stopWaves = (units: readonly Ordered[]): readonly (readonly string[])[] => {
  const waves: (readonly string[])[] = []
  let left = units
  while (left.length > 0) {
    const needed = new Set(left.flatMap((unit) => unit.after))
    const free = left.filter((unit) => !needed.has(unit.name))
    // A cycle is refused long before; should one be there, everything left goes at once rather than never.
    const wave = free.length > 0 ? free : left
    waves.push(wave.map((unit) => unit.name))
    left = left.filter((unit) => !wave.includes(unit))
  }
  return waves
}

export const startWaves = (units: readonly Ordered[]): readonly (readonly string[])[] =>
  stopWaves(units).toReversed()
