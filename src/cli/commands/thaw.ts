/** `gitproc thaw NAME…` */
import * as Args from '@oclif/core/args'
import { GitprocCommand } from '../gitproc-command.ts'
import { clientFlags, outputFlag } from '../global-flags.ts'
import { runVerb } from '../unit-verbs.ts'

export default class Thaw extends GitprocCommand {
  static override summary = 'Lets frozen units go on.'
  static override args = {
    name: Args.string({ description: 'units; .service goes without saying', multiple: true }),
  }
  static override flags = { output: outputFlag, ...clientFlags }
  static override examples = ['$ gitproc thaw batch']

  async run(): Promise<number> {
    const { flags, args } = await this.parse(Thaw)
    const request = { wait: true }
    return runVerb({ verb: 'thaw', names: args.name ?? [], all: false, request }, this.session(flags))
  }
}
