/** `gitproc reload NAME…` */
import * as Args from '@oclif/core/args'
import { GitprocCommand } from '../gitproc-command.ts'
import { clientFlags, outputFlag, waitFlag } from '../global-flags.ts'
import { runVerb } from '../unit-verbs.ts'

export default class Reload extends GitprocCommand {
  static override summary = 'Asks units to read their configuration again (ExecReload=).'
  static override args = {
    name: Args.string({ description: 'units; .service goes without saying', multiple: true }),
  }
  static override flags = {
    wait: waitFlag,
    output: outputFlag,
    ...clientFlags,
  }
  static override examples = ['$ gitproc reload nginx']

  async run(): Promise<number> {
    const { flags, args } = await this.parse(Reload)
    const request = { wait: flags.wait }
    return runVerb({ verb: 'reload', names: args.name ?? [], all: false, request }, this.session(flags))
  }
}
