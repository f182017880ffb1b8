/** `gitproc show NAME`: a unit as gitproc understands it, with or without a daemon. */
import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import { readHostFacts } from '../../read-host-facts.ts'
import { showUnit } from '../../units/show/show-unit.ts'
import { exitStatuses } from '../exit-status.ts'
import { GitprocCommand, print, printJson } from '../gitproc-command.ts'
import { clientFlags, outputFlag } from '../global-flags.ts'
import { renderShown, shownForm } from '../render/shown-unit.ts'
import { findUnit } from '../unit-source.ts'

export default class Show extends GitprocCommand {
  static override summary = 'Shows a unit as gitproc understands it.'
  static override description =
    'Properties have the names and forms that systemctl show gives them, times in microseconds. It is read from the files: no daemon is needed.'
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
    // Not the key `path` of the configuration, which is a folder within the repository.
    const { path, ...settings } = flags
    const { config, look, isJson } = this.session(settings)
    const { unit } = await findUnit({ name: args.name, path, revision: flags.revision }, config)
    const shown = showUnit(unit, readHostFacts())
    if (isJson) printJson(shownForm(unit, shown))
    else print(renderShown(unit, shown, look))
    return exitStatuses.done.status
  }
}
