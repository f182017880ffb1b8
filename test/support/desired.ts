/** Desired and actual states for tests, made by the real parser from unit files written inline. */
import type { Revision } from '../../src/base/revision.ts'
import type { ActualState } from '../../src/plan/actual.ts'
import type { DesiredState } from '../../src/plan/desired.ts'
import { desiredState } from '../../src/plan/desired-state.ts'
import { startsAfter } from '../../src/plan/graph.ts'
import { someHost, treeOf } from './trees.ts'

export const revisionOf = (sha: string): Revision => ({
  sha: sha.padEnd(40, '0'),
  branch: 'main',
  subject: `commit ${sha}`,
  author: 'Ada',
  committedAtMs: 1_700_000_000_000,
})

export const desiredOf = (files: Readonly<Record<string, string>>, sha = 'a'): DesiredState =>
  desiredState(revisionOf(sha), treeOf(files), {
    host: someHost,
    folderPath: '/repo',
  })

/** The actual state right after a desired one was applied wholly. */
export const appliedStateOf = (desired: DesiredState): ActualState => {
  return new Map(
    [...desired.units.values()]
      .filter((entry) => entry.isWanted)
      .map(({ unit, settings, hash }) => [
        unit.name,
        {
          name: unit.name,
          settings,
          hash,
          isActive: true,
          isSettled: false,
          isHeld: false,
          orderedAfter: startsAfter(desired, unit.name),
        },
      ]),
  )
}
