/** `gitproc rollback [REV]`: a new commit whose units are those of an earlier one. */
import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import type { RollbackAnswer, RollbackRequest, StatusAnswer } from '../../api/contract.ts'
import { exitStatuses } from '../exit-status.ts'
import { GitprocCommand, print, printJson, type Session } from '../gitproc-command.ts'
import { clientFlags, outputFlag, waitFlag } from '../global-flags.ts'
import { withProgress } from '../progress.ts'
import { renderPlan } from '../render/plan.ts'
import { attention, headline } from '../render/status.ts'
import { shortSha } from '../render/words.ts'
import { whoAsks } from '../who.ts'

export default class Rollback extends GitprocCommand {
  static override summary = 'Goes back to an earlier commit, by a new commit on the watched branch.'
  static override description =
    'Without a revision: the last healthy generation before this one. The plan is shown first; on a terminal you are asked. Uncommitted work is never overwritten.'
  static override args = {
    revision: Args.string({ description: 'a commit, as git names it: HEAD~1, 09be113, a tag' }),
  }
  static override flags = {
    yes: Flags.boolean({ char: 'y', description: 'do not ask' }),
    'dry-run': Flags.boolean({ description: 'only show the plan' }),
    wait: waitFlag,
    output: outputFlag,
    ...clientFlags,
  }
  static override examples = [
    '$ gitproc rollback',
    '$ gitproc rollback HEAD~1',
    '$ gitproc rollback 09be113 --dry-run',
  ]

  async run(): Promise<number> {
    const { flags, args } = await this.parse(Rollback)
    const session = this.session(flags)
    const { daemon, look, isJson } = session
    const request: RollbackRequest = {
      who: whoAsks(),
      ...(args.revision === undefined ? {} : { revision: args.revision }),
    }
    const planned = await daemon.post<RollbackAnswer>('/v1/rollback', { ...request, dryRun: true })
    if (!isJson) print(renderPlan({ plan: planned.plan, commits: [] }, look))
    if (flags['dry-run']) {
      if (isJson) printJson(planned)
      return exitStatuses.done.status
    }
    if (!flags.yes && !isJson && !(await confirmed())) {
      print(['Nothing was changed.'])
      return exitStatuses.failed.status
    }
    // What was shown is what is done: the commit is named, so that a generation that ends meanwhile changes nothing.
    return carryOut({ ...request, revision: planned.to.sha, wait: flags.wait }, session)
  }
}

const carryOut = async (request: RollbackRequest, session: Session): Promise<number> => {
  const { daemon, look, isJson } = session
  const answer = await withProgress(
    session,
    () => true,
    () => daemon.post<RollbackAnswer>('/v1/rollback', request),
  )
  if (isJson) printJson(answer)
  else print([`Made commit ${shortSha(answer.commit?.sha)}: the units of ${shortSha(answer.to.sha)}.`])
  if (!request.wait) return exitStatuses.done.status
  const status = await daemon.get<StatusAnswer>('/v1/status')
  const outcome = answer.generation?.outcome
  const isGood = outcome === undefined || outcome === 'Healthy'
  if (!isJson) print([...headline(status, look), ...(isGood ? [] : attention(status, look))])
  return isGood ? exitStatuses.done.status : exitStatuses.failed.status
}

/** Asked only where somebody can answer; a script has said what it wants by calling. */
const confirmed = async (): Promise<boolean> => {
  if (!process.stdin.isTTY || !process.stdout.isTTY) return true
  const { createInterface } = await import('node:readline/promises')
  const dialogue = createInterface({ input: process.stdin, output: process.stdout })
  try {
    const answer = await dialogue.question('Go back? [Y/n] ')
    return /^(y(es)?)?$/i.test(answer.trim())
  } finally {
    dialogue.close()
  }
}
