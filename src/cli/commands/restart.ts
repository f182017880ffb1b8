/** `gitproc restart NAME…` */
import * as Args from '@oclif/core/args'
import { GitprocCommand } from '../gitproc-command.ts'
import { clientFlags, outputFlag, waitFlag } from '../global-flags.ts'
import { runVerb } from '../unit-verbs.ts'

export default class Restart extends GitprocCommand {
  static override summary = 'Restarts units; a held one is started and held no longer.'
  static override args = {
    name: Args.string({ description: 'units; .service goes without saying', multiple: true }),
  }
  static override flags = {
    wait: waitFlag,
    output: outputFlag,
    ...clientFlags,
  }
  static override examples = ['$ gitproc restart web', '$ gitproc restart web api --no-wait']

  async run(): Promise<number> {
    const { flags, args } = await this.parse(Restart)
    const request = { wait: flags.wait }
    return runVerb({ verb: 'restart', names: args.name ?? [], all: false, request }, this.session(flags))
  }
}
