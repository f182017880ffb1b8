/** `gitproc resume [NAME…]` */
import * as Args from '@oclif/core/args'
import { GitprocCommand } from '../gitproc-command.ts'
import { allFlag, clientFlags, outputFlag, waitFlag } from '../global-flags.ts'
import { runOperation } from '../operation.ts'
import { runVerb } from '../unit-verbs.ts'

export default class Resume extends GitprocCommand {
  static override summary = 'Applies commits again; with names, ends the holds of units and starts them.'
  static override description =
    'Without names it ends gitproc suspend and gitproc rollback --pin: what was committed meanwhile is applied at once. With names it is the same as start.'
  static override args = {
    name: Args.string({ description: 'units; .service goes without saying', multiple: true }),
  }
  static override flags = {
    all: allFlag,
    wait: waitFlag,
    output: outputFlag,
    ...clientFlags,
  }
  static override examples = ['$ gitproc resume', '$ gitproc resume debug']

  async run(): Promise<number> {
    const { flags, args } = await this.parse(Resume)
    const names = args.name ?? []
    const session = this.session(flags)
    if (names.length === 0 && !flags.all) return runOperation('/v1/resume', {}, session)
    return runVerb({ verb: 'start', names, all: flags.all, request: { wait: flags.wait } }, session)
  }
}
