/** `gitproc stop NAME…` */
import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import { GitprocError } from '../../base/error.ts'
import { GitprocCommand } from '../gitproc-command.ts'
import { allFlag, clientFlags, outputFlag, waitFlag } from '../global-flags.ts'
import { runVerb } from '../unit-verbs.ts'
import { parseUntil, presentMoment } from '../until.ts'

export default class Stop extends GitprocCommand {
  static override summary = 'Stops units and holds them stopped.'
  static override description =
    'No commit, no poll and no restart of the daemon starts a held unit; gitproc start does, and the time that --until names. With --all every service ends, the daemon goes on; gitproc daemon --stop then ends that, too.'
  static override args = {
    name: Args.string({ description: 'units; .service goes without saying', multiple: true }),
  }
  static override flags = {
    all: allFlag,
    hold: Flags.boolean({
      description:
        'keep them stopped until gitproc start; --no-hold: until then, or until a commit changes them',
      allowNo: true,
      default: true,
    }),
    reason: Flags.string({ description: 'why, for those who wonder later', helpValue: 'TEXT' }),
    until: Flags.string({
      description:
        'when the hold ends by itself and they come up again, such as 2h or 18:00 (systemd.time(7))',
      helpValue: 'TIME|SPAN',
    }),
    wait: waitFlag,
    output: outputFlag,
    ...clientFlags,
  }
  static override examples = [
    "$ gitproc stop web --reason 'disk is being replaced'",
    '$ gitproc stop web --until 30min',
    '$ gitproc stop --all',
  ]

  async run(): Promise<number> {
    const { flags, args } = await this.parse(Stop)
    if (flags.until !== undefined && !flags.hold)
      throw new GitprocError('cli/usage', '--until is about the hold, and --no-hold asks for none')
    const request = {
      wait: flags.wait,
      hold: flags.hold,
      ...(flags.reason === undefined ? {} : { reason: flags.reason }),
      ...(flags.until === undefined ? {} : { untilMs: parseUntil(flags.until, presentMoment()) }),
    }
    return runVerb({ verb: 'stop', names: args.name ?? [], all: flags.all, request }, this.session(flags))
  }
}
