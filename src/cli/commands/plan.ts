/** `gitproc plan [REV]`: what applying a revision would do; answered by the daemon, or from the repository alone. */
import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import type { PlanAnswer } from '../../api/contract.ts'
import { GitprocError } from '../../base/error.ts'
import { isEmptyPlan } from '../../plan/plan.ts'
import { exitStatuses } from '../exit-status.ts'
import { GitprocCommand, print, printJson, remark, type Session } from '../gitproc-command.ts'
import { clientFlags, outputFlag } from '../global-flags.ts'
import { diagnosticLine } from '../render/diagnostics.ts'
import { planFooter, renderPlan } from '../render/plan.ts'

export default class PlanCommand extends GitprocCommand {
  static override summary = 'Shows what applying a revision would do, and why. Changes nothing.'
  static override description =
    'Exit status: 0 nothing to do, 2 changes, 1 errors in unit files. Without a daemon, and with --from, the plan is made from the repository alone. The hash names the plan: gitproc sync --plan HASH applies it, unless git or what runs has moved since.'
  static override args = { revision: Args.string({ description: 'default: the tip of the watched branch' }) }
  static override flags = {
    from: Flags.string({
      description: 'plan from this revision instead of from what runs',
      helpValue: 'REV',
    }),
    to: Flags.string({ description: 'the same as the argument', helpValue: 'REV' }),
    output: outputFlag,
    ...clientFlags,
  }
  static override examples = [
    '$ gitproc plan',
    '$ gitproc plan feature',
    '$ gitproc plan --from HEAD~3 --to HEAD',
  ]

  async run(): Promise<number> {
    const { flags, args } = await this.parse(PlanCommand)
    const session = this.session(flags)
    if (args.revision !== undefined && flags.to !== undefined)
      throw new GitprocError('cli/usage', 'plan: REV and --to are the same: say one of them')
    const answer = await planned(args.revision ?? flags.to, flags.from, session)
    if (session.isJson) printJson(answer)
    else {
      print(renderPlan(answer, session.look))
      print(planFooter(answer, session.look))
      print(answer.diagnostics.map((diagnostic) => diagnosticLine(diagnostic, session.look)))
    }
    if (answer.diagnostics.some((diagnostic) => diagnostic.severity === 'error'))
      return exitStatuses.failed.status
    return isEmptyPlan(answer.plan) ? exitStatuses.done.status : exitStatuses.changes.status
  }
}

const planned = async (
  revision: string | undefined,
  from: string | undefined,
  session: Session,
): Promise<PlanAnswer> => {
  if (from === undefined) {
    try {
      const query = revision === undefined ? '' : `?${new URLSearchParams({ revision })}`
      return await session.daemon.get<PlanAnswer>(`/v1/plan${query}`)
    } catch (error) {
      if (!(error instanceof GitprocError) || error.code !== 'api/unreachable') throw error
      remark('The daemon is not running: this is the plan from nothing. (--from REV: from another revision.)')
    }
  }
  const { planOffline } = await import('../offline-plan.ts')
  return planOffline({ revision, from }, session.config)
}
