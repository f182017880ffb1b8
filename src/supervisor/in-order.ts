/** Many units moved at once, each as soon as those are done that have to be done before it. */
import type { UnitName } from '../units/unit.ts'

/** Where two wait for each other neither moves: plans refuse such units before they come here. */
export const inOrder = <T>(
  names: Iterable<UnitName>,
  isBefore: (earlier: UnitName, later: UnitName) => boolean,
  move: (name: UnitName) => Promise<T>,
): ReadonlyMap<UnitName, Promise<T>> => {
  const all = [...names]
  const moves = new Map<UnitName, Promise<T>>()
  const moveOf = async (name: UnitName): Promise<T> => {
    // All of them are known before the first one looks for those that it waits for.
    await undefined
    await Promise.all(
      all.filter((other) => other !== name && isBefore(other, name)).map((other) => moves.get(other)),
    )
    return move(name)
  }
  for (const name of all) moves.set(name, moveOf(name))
  return moves
}

/** The units that one leads to, step by step, itself among them. */
export const closureOf = (
  name: UnitName,
  next: (name: UnitName) => readonly UnitName[],
): ReadonlySet<UnitName> => {
  const found = new Set([name])
  // The set grows while it is walked.
  for (const each of found) for (const other of next(each)) found.add(other)
  return found
}
