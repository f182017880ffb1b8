/** `gitproc start NAME…` */
import * as Args from '@oclif/core/args'
import { GitprocCommand } from '../gitproc-command.ts'
import { allFlag, clientFlags, outputFlag, waitFlag } from '../global-flags.ts'
import { runVerb } from '../unit-verbs.ts'

export default class Start extends GitprocCommand {
  static override summary = 'Starts units, and ends their holds.'
  static override args = {
    name: Args.string({ description: 'units; .service goes without saying', multiple: true }),
  }
  static override flags = {
    all: allFlag,
    wait: waitFlag,
    output: outputFlag,
    ...clientFlags,
  }
  static override examples = ['$ gitproc start web', '$ gitproc start --all']

  async run(): Promise<number> {
    const { flags, args } = await this.parse(Start)
    const request = { wait: flags.wait }
    return runVerb({ verb: 'start', names: args.name ?? [], all: flags.all, request }, this.session(flags))
  }
}
