/** `gitproc sync`: look at the branch now instead of waiting to be told. */
import * as Flags from '@oclif/core/flags'
import type { StatusAnswer, SyncAnswer } from '../../api/contract.ts'
import { exitStatuses } from '../exit-status.ts'
import { GitprocCommand, print, printJson, type Session } from '../gitproc-command.ts'
import { clientFlags, outputFlag, waitFlag } from '../global-flags.ts'
import { withProgress } from '../progress.ts'
import { attention, headline } from '../render/status.ts'
import { whoAsks } from '../who.ts'

export default class Sync extends GitprocCommand {
  static override summary = 'Looks at the branch now, and applies what is new.'
  static override flags = {
    wait: waitFlag,
    retry: Flags.boolean({ description: 'try again what was rejected or refused' }),
    output: outputFlag,
    ...clientFlags,
  }
  static override examples = ['$ gitproc sync', '$ gitproc sync --retry', '$ gitproc sync --no-wait']

  async run(): Promise<number> {
    const { flags } = await this.parse(Sync)
    const session = this.session(flags)
    const request = { who: whoAsks(), wait: flags.wait, retry: flags.retry }
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
    return isGood(answer) ? exitStatuses.done.status : exitStatuses.failed.status
  }
}

/** A held unit is somebody's wish, no failure. */
const isGood = ({ sync, generation }: SyncAnswer): boolean =>
  (sync === 'Synced' || generation?.outcome === 'Healthy') && generation?.outcome !== 'Degraded'

const report = async (answer: SyncAnswer, { daemon, look, isJson }: Session): Promise<void> => {
  if (isJson) return printJson(answer)
  const status = await daemon.get<StatusAnswer>('/v1/status')
  print([...headline(status, look), ...(isGood(answer) ? [] : attention(status, look))])
}
