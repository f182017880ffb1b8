/** `gitproc suspend`: no commit is applied until `resume`. */
import * as Flags from '@oclif/core/flags'
import { GitprocCommand } from '../gitproc-command.ts'
import { clientFlags, outputFlag } from '../global-flags.ts'
import { runOperation } from '../operation.ts'
import { parseUntil, presentMoment } from '../until.ts'

export default class Suspend extends GitprocCommand {
  static override summary = 'Applies no commit until gitproc resume; services go on.'
  static override description =
    'Services are supervised as ever: they are restarted when they crash, and start, stop and restart work. What is being applied already is brought to its end. A person goes ahead all the same with gitproc sync --now and gitproc rollback. It outlives restarts of the daemon and of the host.'
  static override flags = {
    reason: Flags.string({ description: 'why, for those who wonder later', helpValue: 'TEXT' }),
    until: Flags.string({
      description: 'when it ends by itself, such as 2h or 18:00 (systemd.time(7))',
      helpValue: 'TIME|SPAN',
    }),
    output: outputFlag,
    ...clientFlags,
  }
  static override examples = [
    '$ gitproc suspend',
    "$ gitproc suspend --until 18:00 --reason 'auditors are here'",
  ]

  async run(): Promise<number> {
    const { flags } = await this.parse(Suspend)
    const request = {
      ...(flags.reason === undefined ? {} : { reason: flags.reason }),
      ...(flags.until === undefined ? {} : { untilMs: parseUntil(flags.until, presentMoment()) }),
    }
    return runOperation('/v1/suspend', request, this.session(flags))
  }
}
