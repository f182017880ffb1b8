/** `gitproc cancel`: not this one after all. */
import * as Flags from '@oclif/core/flags'
import { GitprocCommand } from '../gitproc-command.ts'
import { clientFlags, outputFlag } from '../global-flags.ts'
import { runOperation } from '../operation.ts'

export default class Cancel extends GitprocCommand {
  static override summary = 'Ends the running deployment and takes it back.'
  static override description =
    'What was last good comes back; where nothing was good before, what has moved stays. The commit stays out until the branch moves on, or until gitproc sync --retry. Exit status 1 where nothing is being applied.'
  static override flags = {
    reason: Flags.string({ description: 'why, for those who wonder later', helpValue: 'TEXT' }),
    output: outputFlag,
    ...clientFlags,
  }
  static override examples = ['$ gitproc cancel', "$ gitproc cancel --reason 'wrong branch'"]

  async run(): Promise<number> {
    const { flags } = await this.parse(Cancel)
    const request = flags.reason === undefined ? {} : { reason: flags.reason }
    return runOperation('/v1/cancel', request, this.session(flags))
  }
}
