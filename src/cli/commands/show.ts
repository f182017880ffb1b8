/** `gitproc show NAME`: a unit as gitproc understands it, with or without a daemon. */
import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import { exitStatuses } from '../exit-status.ts'
import { GitprocCommand, print, printJson } from '../gitproc-command.ts'
import { clientFlags, outputFlag } from '../global-flags.ts'
import { renderMerged } from '../render/unit-files.ts'
import { findUnit } from '../unit-source.ts'

export default class Show extends GitprocCommand {
  static override summary = 'Shows a unit as gitproc understands it.'
  static override args = { name: Args.string({ description: 'the unit', required: true }) }
  static override flags = {
    revision: Flags.string({ description: 'as of this commit', helpValue: 'REV', exclusive: ['path'] }),
    path: Flags.string({ description: 'a folder of unit files instead of the repository', helpValue: 'DIR' }),
    output: outputFlag,
    ...clientFlags,
  }
  static override examples = ['$ gitproc show web -o json', '$ gitproc show nginx --path /lib/systemd/system']

  async run(): Promise<number> {
    const { flags, args } = await this.parse(Show)
    const { config, look, isJson } = this.session(flags)
    const { unit } = await findUnit({ name: args.name, path: flags.path, revision: flags.revision }, config)
    if (isJson) printJson(unit)
    else print(renderMerged(unit, look))
    return exitStatuses.done.status
  }
}
