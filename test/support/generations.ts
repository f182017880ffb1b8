/** Generations as a test of the store needs them. */
import type { Verb } from '../../src/plan/plan.ts'
import type { NewGeneration } from '../../src/store/journal-ports.ts'

export const newGeneration = (sha: string, units: Readonly<Record<string, Verb>>): NewGeneration => {
  const revision = { sha, branch: 'main', subject: `commit ${sha}`, author: 'a', committedAtMs: 1 }
  const steps = Object.entries(units).map(([unit, verb]) => ({
    verb,
    unit,
    reason: 'new',
    changes: [],
    after: [],
  }))
  return {
    revision,
    origin: 'commit',
    plan: { from: undefined, to: revision, steps, hash: sha },
    startedAtMs: 1000,
  }
}
