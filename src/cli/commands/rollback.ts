/** `gitproc rollback [REV]`: a new commit whose units are those of an earlier one. */
import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import type { StatusAnswer } from '../../api/contract.ts'
import type { RollbackAnswer, RollbackRequest } from '../../api/requests.ts'
import { GitprocError } from '../../base/error.ts'
import { exitStatuses } from '../exit-status.ts'
import { GitprocCommand, print, printJson, type Session } from '../gitproc-command.ts'
import { clientFlags, outputFlag, waitFlag } from '../global-flags.ts'
import { withProgress } from '../progress.ts'
import { attention } from '../render/attention.ts'
import { renderPlan } from '../render/plan.ts'
import { headline } from '../render/status.ts'
import { shortSha } from '../render/words.ts'
import { whoAsks } from '../who.ts'

export default class Rollback extends GitprocCommand {
  static override summary = 'Goes back to an earlier commit, by a new commit on the watched branch.'
  static override description =
    'Without a revision: the last healthy generation before this one. The plan is shown first; on a terminal you are asked, elsewhere it wants --yes. Uncommitted work is never overwritten. It goes ahead outside sync windows, too, and removes as many units as the plan says. With --pin no commit is made: this host stays at the revision, whatever the branch says, until gitproc resume. Exit status 1 where it failed, was overtaken by something newer, or nobody said yes.'
  static override args = {
    revision: Args.string({ description: 'a commit, as git names it: HEAD~1, 09be113, a tag' }),
  }
  static override flags = {
    yes: Flags.boolean({ char: 'y', description: 'do not ask' }),
    pin: Flags.boolean({
      description: 'keep this host at the revision until gitproc resume; make no commit',
    }),
    reason: Flags.string({ description: 'why, for those who wonder later', helpValue: 'TEXT' }),
    'dry-run': Flags.boolean({ description: 'only show the plan' }),
    wait: waitFlag,
    output: outputFlag,
    ...clientFlags,
  }
  static override examples = [
    '$ gitproc rollback',
    '$ gitproc rollback HEAD~1',
    '$ gitproc rollback 09be113 --dry-run',
    "$ gitproc rollback 09be113 --pin --reason 'until the disk is replaced'",
  ]

  async run(): Promise<number> {
    const { flags, args } = await this.parse(Rollback)
    const session = this.session(flags)
    const { daemon, look, isJson } = session
    const request: RollbackRequest = {
      who: whoAsks(),
      ...(args.revision === undefined ? {} : { revision: args.revision }),
      ...(flags.reason === undefined ? {} : { reason: flags.reason }),
      ...(flags.pin ? { pin: true } : {}),
    }
    const planned = await daemon.post<RollbackAnswer>('/v1/rollback', { ...request, dryRun: true })
    if (!isJson) print(renderPlan({ plan: planned.plan, commits: [] }, look))
    if (flags['dry-run']) {
      if (isJson) printJson(planned)
      return exitStatuses.done.status
    }
    if (!flags.yes && !(await isAgreed(planned, flags.pin, isJson))) {
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
  else print([madeLine(answer)])
  if (!request.wait) return exitStatuses.done.status
  const status = await daemon.get<StatusAnswer>('/v1/status')
  const outcome = answer.generation?.outcome
  const isOvertaken = answer.overtakenBy !== undefined || outcome === 'Superseded'
  const isGood = !isOvertaken && (outcome === undefined || outcome === 'Healthy')
  if (!isJson) {
    if (isOvertaken) print(['It was overtaken by something newer.'])
    print([...headline(status, look), ...(isGood && !request.pin ? [] : attention(status, look))])
  }
  return isGood ? exitStatuses.done.status : exitStatuses.failed.status
}

const madeLine = ({ commit, to }: RollbackAnswer): string =>
  commit === undefined
    ? `Pinned to ${shortSha(to.sha)} until: gitproc resume`
    : `Made commit ${shortSha(commit.sha)}: the units of ${shortSha(to.sha)}.`

/** Asks where somebody can answer. Fails `cli/usage` where nobody can: silence is no yes. */
const isAgreed = async ({ to }: RollbackAnswer, isPin: boolean, isJson: boolean): Promise<boolean> => {
  if (isJson || !process.stdin.isTTY || !process.stdout.isTTY)
    throw new GitprocError('cli/usage', 'rollback: nobody can be asked here whether to go back', {
      remedy: `gitproc rollback ${shortSha(to.sha)}${isPin ? ' --pin' : ''} --yes`,
    })
  const { createInterface } = await import('node:readline/promises')
  const dialogue = createInterface({ input: process.stdin, output: process.stdout })
  try {
    const answer = await dialogue.question(
      `${isPin ? 'Pin this host' : 'Go back'} to ${shortSha(to.sha)}? [y/N] `,
    )
    return /^y(es)?$/i.test(answer.trim())
  } finally {
    dialogue.close()
  }
}
