/** `gitproc bisect NAME [GOOD [BAD]]`: finds the commit that broke a unit by trying it, beside the one that runs. */
import { join } from 'node:path'
import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import type { HistoryAnswer, UnitView } from '../../api/contract.ts'
import { GitprocError } from '../../base/error.ts'
import { type Revision, revisionName } from '../../base/revision.ts'
import type { Repository } from '../../git/repository-port.ts'
import { coverDirectories, isAside, runAside } from '../bisect/aside.ts'
import { bisect, type TrialRun } from '../bisect/bisection.ts'
import { definitionsBetween, type UnitDefinition } from '../bisect/definitions.ts'
import { LastWords } from '../bisect/last-words.ts'
import { withFilesOf } from '../bisect/own-files.ts'
import { exitStatuses } from '../exit-status.ts'
import { GitprocCommand, print, printJson, remark, type Session } from '../gitproc-command.ts'
import { daemonFlags, outputFlag } from '../global-flags.ts'
import { renderBisection, trialLine } from '../render/bisect.ts'
import { counted, fullName } from '../render/words.ts'
import { openStored, storedRevision } from '../stored-repository.ts'
import { hostFactsFor } from '../unit-source.ts'
import { whoAsks } from '../who.ts'

export default class Bisect extends GitprocCommand {
  static override summary = 'Finds the commit that broke a service, by running it from commits in between.'
  static override description =
    'Only commits that changed the definition of the service, or environment files of the repository that it names, are tried: each is started as `gitproc run` would, judged as a deployment is (ready, healthy, and so for `settle`, within `deadline`), and stopped. Restart= is not honoured: the first failure counts. Nothing is deployed, and what runs is not touched: where the service runs and you are root, it is tried in a network of its own (loopback alone, so that ports are free and health checks reach the one that is tried) with empty RuntimeDirectory=, StateDirectory=, CacheDirectory= and LogsDirectory=. A service that needs other hosts or its data fails there in every commit, which is said: stop it, and use --no-aside. Commits in which it is not there or has errors are skipped. GOOD is taken for good and BAD for bad, unless every verdict is the same. Exit status: 0 found, 1 not found.'
  static override args = {
    name: Args.string({ description: 'the service', required: true }),
    good: Args.string({
      description: 'a commit in which it works; default: that of the last healthy generation',
    }),
    bad: Args.string({
      description: 'a commit in which it does not; default: the tip of the watched branch',
    }),
  }
  static override flags = {
    aside: Flags.boolean({
      description: 'in a network and directories of its own; default: where the service runs, and for root',
      allowNo: true,
    }),
    output: outputFlag,
    ...daemonFlags,
  }
  static override examples = [
    '$ gitproc bisect web',
    '$ gitproc bisect web v1.2',
    '$ gitproc bisect web HEAD~64 HEAD -o json',
  ]

  async run(): Promise<number> {
    const { flags, args } = await this.parse(Bisect)
    const { aside, ...settings } = flags
    const session = this.session(settings)
    const name = fullName(args.name)
    if (!isAside() && (aside ?? (await isRunning(name, session)))) return runAside()
    return search({ name, good: args.good, bad: args.bad }, session)
  }
}

interface Question {
  readonly name: string
  readonly good: string | undefined
  readonly bad: string | undefined
}

/** Only root may have namespaces without further ado; others try it where they are. */
const isRunning = async (name: string, { daemon }: Session): Promise<boolean> => {
  if (process.getuid?.() !== 0) return false
  const unit = await daemon.get<UnitView>(`/v1/units/${encodeURIComponent(name)}`).catch(() => undefined)
  return unit?.mainPid !== undefined
}

const search = async (question: Question, session: Session): Promise<number> => {
  const { name } = question
  const { config, look, isJson } = session
  const repository = await openStored(config)
  const range = await rangeOf(question, repository, session)
  const definitions = await definitionsBetween(name, range, repository, config)
  checkDefinitions(name, definitions)
  if (!isJson) remark(opening(name, range, definitions))
  const tell = (run: TrialRun, number: number): void => {
    if (!isJson) remark(trialLine(run, number, look))
  }
  const bisection = await bisect(definitions, { test: await createTester(repository, session), tell })
  if (isJson) printJson({ unit: name, ...range, ...bisection, remedy: remedyOf(bisection.found?.lastGood) })
  else print(renderBisection(name, bisection, look))
  return bisection.found ? exitStatuses.done.status : exitStatuses.failed.status
}

const remedyOf = (good: Revision | undefined): string | undefined =>
  good && `gitproc rollback ${good.sha.slice(0, 7)}`

const opening = (
  name: string,
  { good, bad }: { readonly good: Revision; readonly bad: Revision },
  definitions: readonly UnitDefinition[],
): string => {
  const changes = definitions.length - 1
  const most = Math.ceil(Math.log2(changes))
  return `${name}: changed by ${counted(changes, 'commit')} between ${revisionName(good)} and ${revisionName(bad)}, ${counted(most, 'run')} to come at most`
}

const rangeOf = async (
  { name, good, bad }: Question,
  repository: Repository,
  { config, daemon }: Session,
) => {
  const last = await storedRevision(bad, repository, config)
  if (good !== undefined) return { good: await storedRevision(good, repository, config), bad: last }
  const { generations } = await daemon.get<HistoryAnswer>('/v1/history?limit=1000')
  const healthy = generations.find(
    ({ outcome, revision }) => outcome === 'Healthy' && revision.sha !== last.sha,
  )
  if (healthy) return { good: healthy.revision, bad: last }
  throw new GitprocError(
    'cli/usage',
    'no earlier generation was healthy, so that a good commit has to be named',
    {
      remedy: `gitproc bisect ${name} GOOD`,
    },
  )
}

const checkDefinitions = (name: string, definitions: readonly UnitDefinition[]): void => {
  if (definitions.every(({ unit }) => unit === undefined))
    throw new GitprocError('units/unknown', `${name} is in none of these commits`)
  if (definitions.length > 1) return
  throw new GitprocError(
    'plan/nothing',
    `${name} is the same in both commits: its definition did not break it`,
    {
      remedy: `name others: gitproc bisect ${name} GOOD BAD`,
    },
  )
}

const shownLines = 5

const createTester = async (repository: Repository, { config }: Session) => {
  const { raiseLoopback, tryUnit } = await import('../../run-unit.ts')
  const folder = join(config.repo, config.folder)
  const { settleMs, deadlineMs } = config
  if (isAside()) raiseLoopback()
  return async ({ unit: definition, revision }: UnitDefinition): Promise<TrialRun> => {
    const { unit, remove } = await withFilesOf(definition!, revision.sha, folder, repository)
    if (isAside()) coverDirectories(unit, hostFactsFor(folder))
    const words = new LastWords()
    try {
      const trial = await tryUnit(
        unit,
        {
          unitDirectory: folder,
          settings: config,
          stdout: words,
          stderr: words,
          who: whoAsks(),
          onInterrupt,
        },
        { settleMs, deadlineMs },
      )
      if (trial.verdict === 'interrupted') throw new GitprocError('cli/usage', 'interrupted, and stopped')
      const { verdict, reason, durationMs } = trial
      return {
        revision,
        verdict,
        reason,
        durationMs,
        lastLines: verdict === 'bad' ? words.lines(shownLines) : [],
      }
    } finally {
      remove()
    }
  }
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

const onInterrupt = (interrupted: () => void): (() => void) => {
  for (const signal of signals) process.on(signal, interrupted)
  return () => {
    for (const signal of signals) process.off(signal, interrupted)
  }
}
