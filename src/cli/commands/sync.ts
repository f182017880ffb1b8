/** `gitproc sync`: look at the branch now instead of waiting to be told. */
import * as Flags from '@oclif/core/flags'
import type { StatusAnswer } from '../../api/contract.ts'
import type { SyncAnswer, SyncRequest } from '../../api/requests.ts'
import { GitprocError } from '../../base/error.ts'
import { parseTimeSpan } from '../../units/time-span/time-span.ts'
import { exitStatuses } from '../exit-status.ts'
import { GitprocCommand, print, printJson, remark, type Session } from '../gitproc-command.ts'
import { clientFlags, outputFlag, waitFlag } from '../global-flags.ts'
import { withProgress } from '../progress.ts'
import { attention } from '../render/attention.ts'
import { headline } from '../render/status.ts'
import { isGood, syncStatusOf } from '../sync-outcome.ts'
import { whoAsks } from '../who.ts'

export default class Sync extends GitprocCommand {
  static override summary = 'Looks at the branch now, and applies what is new.'
  static override description =
    'Exit status: 0 applied and good, or nothing to do; 1 it failed, was refused, or --plan names another plan than the present one; 6 it waits, and for what is said. With --confirm the time runs from the beginning of the deployment: unless gitproc confirm comes in time, what was last good comes back, and the commit counts as failed.'
  static override flags = {
    wait: waitFlag,
    retry: Flags.boolean({ description: 'try again what was rejected, refused or cancelled' }),
    prune: Flags.boolean({ description: 'go ahead although the commit removes more than prune_limit' }),
    now: Flags.boolean({ description: 'go ahead although no sync window is open, or commits are suspended' }),
    'allow-rewind': Flags.boolean({
      description: 'let the branch be where it is now, although it was moved back or rewritten',
    }),
    plan: Flags.string({
      description: 'apply only if git and what runs are as they were when gitproc plan printed this hash',
      helpValue: 'HASH',
    }),
    confirm: Flags.string({
      description: 'take it back unless gitproc confirm comes within this time',
      helpValue: 'SPAN',
    }),
    output: outputFlag,
    ...clientFlags,
  }
  static override examples = [
    '$ gitproc sync',
    '$ gitproc sync --retry',
    '$ gitproc sync --plan 2c26b46b68ffc68f',
    '$ gitproc suspend; git commit …; gitproc sync --now --confirm 10min',
  ]

  async run(): Promise<number> {
    const { flags } = await this.parse(Sync)
    const session = this.session(flags)
    const request: SyncRequest = {
      who: whoAsks(),
      // Since Enter was pressed: what was committed right before may have failed by now.
      agoMs: performance.now(),
      wait: flags.wait,
      retry: flags.retry,
      prune: flags.prune,
      now: flags.now,
      allowRewind: flags['allow-rewind'],
      ...(flags.plan === undefined ? {} : { plan: flags.plan }),
      ...(flags.confirm === undefined ? {} : { confirmWithinMs: spanMs(flags.confirm) }),
    }
    const answer = await withProgress(
      session,
      () => true,
      () => session.daemon.post<SyncAnswer>('/v1/sync', request),
    )
    if (!flags.wait) {
      if (session.isJson) printJson(answer)
      else print(['sync requested   gitproc status'])
      return exitStatuses.done.status
    }
    await report(answer, session)
    if (flags.confirm !== undefined && answer.confirmation === undefined && isGood(answer))
      remark('Nothing had to be applied, so there is nothing to confirm.')
    return syncStatusOf(answer)
  }
}

const spanMs = (text: string): number => {
  const usec = parseTimeSpan(text)
  if (usec !== undefined && usec >= 1_000_000) return usec / 1000
  throw new GitprocError('cli/usage', `--confirm: "${text}" is no time span of a second or more`, {
    remedy: 'such as 10min (systemd.time(7))',
  })
}

const report = async (answer: SyncAnswer, { daemon, look, isJson }: Session): Promise<void> => {
  if (isJson) return printJson(answer)
  const status = await daemon.get<StatusAnswer>('/v1/status')
  const needsAttention = !isGood(answer) || answer.confirmation !== undefined
  print([...headline(status, look), ...(needsAttention ? attention(status, look) : [])])
}
