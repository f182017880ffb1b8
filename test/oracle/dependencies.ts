/** Dependencies that stand in the files of the corpus: each that systemd took from them must be among gitproc's. */
import { loadUnit } from '../../src/units/load.ts'
import { showUnit } from '../../src/units/show/show-unit.ts'
import { answersOf, packageNames, packageTree, type UnitAnswer } from './corpus.ts'
import { oracleHost } from './host.ts'
import type { RowFailure, TableResult } from './table-result.ts'

export const run = (): TableResult => {
  const results = packageNames().flatMap((name) => {
    const tree = packageTree(name)
    return answersOf(name).flatMap((answer) => compareUnit(answer, tree))
  })
  const failures = results.filter((result) => result !== undefined)
  return { table: 'dependencies', passed: results.length - failures.length, failures }
}

/** One result for each kind of dependency that the files write. */
const compareUnit = (
  answer: UnitAnswer,
  tree: ReturnType<typeof packageTree>,
): readonly (RowFailure | undefined)[] => {
  const unit = loadUnit(answer.loaded_as, tree, oracleHost)
  const shown = unit ? showUnit(unit, oracleHost).dependencies : {}
  return Object.entries(answer.dependencies)
    .filter(([, { literal }]) => literal.length > 0)
    .map(([kind, { literal }]) => {
      const missing = literal.filter((name) => !shown[kind]?.all.includes(name))
      const row = `${answer.package}/${answer.loaded_as} ${kind}`
      return missing.length === 0 ? undefined : { row, why: `without ${missing.join(' ')}` }
    })
}
