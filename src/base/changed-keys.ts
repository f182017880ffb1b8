/** What differs between two maps, so that the next of a row is made from the one before it. */

/** Keys whose values differ, and those that only one of the maps has. Costs a look at each key. */
export const changedKeys = <K, V>(
  before: ReadonlyMap<K, V>,
  after: ReadonlyMap<K, V>,
  isSame: (a: V, b: V) => boolean = Object.is,
): readonly K[] => {
  if (before === after) return []
  const changed: K[] = []
  let added = 0
  for (const [key, value] of after) {
    const earlier = before.get(key)
    if (earlier === undefined) added++
    if (earlier === undefined || !isSame(earlier, value)) changed.push(key)
  }
  if (before.size + added > after.size)
    for (const key of before.keys()) if (!after.has(key)) changed.push(key)
  return changed
}

/** The map with these keys set, or taken out where the value is undefined; the very same where there are none. */
export const withChanges = <K, V>(
  map: ReadonlyMap<K, V>,
  changes: ReadonlyMap<K, V | undefined>,
): ReadonlyMap<K, V> => {
  if (changes.size === 0) return map
  const changed = new Map(map)
  for (const [key, value] of changes) {
    if (value === undefined) changed.delete(key)
    else changed.set(key, value)
  }
  return changed
}
