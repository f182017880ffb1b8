/** Carries out the search of `plan/bisect.ts`: tries what it names, one after the other, and asks twice where it must. */
import type { Revision } from '../../base/revision.ts'
import { nextTrial, type Verdict } from '../../plan/bisect.ts'
import { changesBetween } from '../../plan/changes.ts'
import type { SettingChange } from '../../plan/plan.ts'
import type { UnitDefinition } from './definitions.ts'

export interface TrialRun {
  readonly revision: Revision
  readonly verdict: Verdict
  readonly reason: string
  readonly durationMs: number
  /** What it wrote at last, where it was bad. */
  readonly lastLines: readonly string[]
}

export interface Found {
  /** The first commit whose definition does not work. */
  readonly culprit: Revision
  /** Commits before it that could not be tried: each of them may be the one. */
  readonly suspects: readonly Revision[]
  /** The newest commit whose definition works. */
  readonly lastGood: Revision
  readonly changes: readonly SettingChange[]
}

export interface Bisection {
  readonly runs: readonly TrialRun[]
  readonly found: Found | undefined
  /** Why nothing was found. */
  readonly problem: string | undefined
}

export interface Tester {
  readonly test: (definition: UnitDefinition) => Promise<TrialRun>
  readonly tell: (run: TrialRun, number: number) => void
}

/** Definitions from a good one to a bad one, at least two. */
export const bisect = async (
  definitions: readonly UnitDefinition[],
  { test, tell }: Tester,
): Promise<Bisection> => {
  const runs: TrialRun[] = []
  const attempt = async (definition: UnitDefinition): Promise<TrialRun> => {
    const run = await test(definition)
    runs.push(run)
    tell(run, runs.length)
    return run
  }
  const hashes = definitions.map(({ hash }) => hash)
  const verdicts = new Map<string, Verdict>(
    definitions.flatMap(({ hash, obstacle }) =>
      obstacle === undefined ? [] : [[hash, 'untestable'] as const],
    ),
  )
  for (;;) {
    const next = nextTrial({ hashes, verdicts })
    if (next.kind === 'found') {
      const problem = await doubt(definitions, runs, attempt)
      return { runs, problem, found: problem === undefined ? foundAt(next, definitions) : undefined }
    }
    const definition = definitions[next.index]!
    verdicts.set(definition.hash, (await attempt(definition)).verdict)
  }
}

/** What was taken for granted is tried where all verdicts were the same; gives what is wrong with it. */
const doubt = async (
  definitions: readonly UnitDefinition[],
  runs: readonly TrialRun[],
  attempt: (definition: UnitDefinition) => Promise<TrialRun>,
): Promise<string | undefined> => {
  const seen = new Set(runs.map(({ verdict }) => verdict))
  const [first, last] = [definitions[0]!, definitions.at(-1)!]
  if (!seen.has('good') && first.obstacle === undefined && (await attempt(first)).verdict === 'bad')
    return 'the good one fails here, too: what it needs is not there, or GOOD is not good'
  if (!seen.has('bad') && last.obstacle === undefined && (await attempt(last)).verdict === 'good')
    return 'the bad one works here: it is not its definition that fails, or it fails later than that'
  return undefined
}

const foundAt = (
  { from, index }: { readonly from: number; readonly index: number },
  definitions: readonly UnitDefinition[],
): Found => {
  const [before, culprit] = [definitions[from - 1]!, definitions[index]!]
  return {
    culprit: culprit.revision,
    suspects: definitions.slice(from, index).map(({ revision }) => revision),
    lastGood: before.revision,
    changes: changesBetween(before.settings, culprit.settings),
  }
}
