/** `gitproc cat NAME`: the files of a unit, in the order in which they apply. */
import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import { exitStatuses } from '../exit-status.ts'
import { GitprocCommand, print, printJson } from '../gitproc-command.ts'
import { clientFlags, outputFlag } from '../global-flags.ts'
import { renderMerged, unitFiles } from '../render/unit-files.ts'
import { findUnit } from '../unit-source.ts'

export default class Cat extends GitprocCommand {
  static override summary =
    'Shows a unit and its drop-ins, or with --merged what of them is in force, each line with its origin.'
  static override args = { name: Args.string({ description: 'the unit', required: true }) }
  static override flags = {
    merged: Flags.boolean({ description: 'only the assignments in force, each with file and line' }),
    revision: Flags.string({ description: 'as of this commit', helpValue: 'REV', exclusive: ['path'] }),
    path: Flags.string({ description: 'a folder of unit files instead of the repository', helpValue: 'DIR' }),
    output: outputFlag,
    ...clientFlags,
  }
  static override examples = [
    '$ gitproc cat web',
    '$ gitproc cat web --merged',
    '$ gitproc cat nginx --path /lib/systemd/system',
  ]

  async run(): Promise<number> {
    const { flags, args } = await this.parse(Cat)
    // Not the key `path` of the configuration, which is a folder within the repository.
    const { path, ...settings } = flags
    const { config, look, isJson } = this.session(settings)
    const { unit, tree } = await findUnit({ name: args.name, path, revision: flags.revision }, config)
    if (isJson)
      printJson({ name: unit.name, fragment: unit.fragment, dropIns: unit.dropIns, origins: unit.origins })
    else print(flags.merged ? renderMerged(unit, look) : unitFiles(unit, tree, look))
    return exitStatuses.done.status
  }
}
