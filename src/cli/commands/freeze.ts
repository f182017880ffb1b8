/** `gitproc freeze NAME…` */
import * as Args from '@oclif/core/args'
import { GitprocCommand } from '../gitproc-command.ts'
import { clientFlags, outputFlag } from '../global-flags.ts'
import { runVerb } from '../unit-verbs.ts'

export default class Freeze extends GitprocCommand {
  static override summary = 'Holds every process of running units where it is.'
  static override description =
    'By the cgroup; where there is none, by SIGSTOP, which a parent of theirs may see. Nothing is lost but time: health checks and the watchdog wait, RuntimeMaxSec= does not. gitproc thaw ends it; a stop, a restart or a deployment that moves the unit thaws it first. It outlives the daemon.'
  static override args = {
    name: Args.string({ description: 'units; .service goes without saying', multiple: true }),
  }
  static override flags = { output: outputFlag, ...clientFlags }
  static override examples = ['$ gitproc freeze batch']

  async run(): Promise<number> {
    const { flags, args } = await this.parse(Freeze)
    const request = { wait: true }
    return runVerb({ verb: 'freeze', names: args.name ?? [], all: false, request }, this.session(flags))
  }
}
