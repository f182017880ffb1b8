/** `gitproc show NAME`: a unit as gitproc understands it, with or without a daemon. */
import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import { GitprocError } from '../../base/error.ts'
import { readHostFacts } from '../../read-host-facts.ts'
import { showUnit } from '../../units/show/show-unit.ts'
import { exitStatuses } from '../exit-status.ts'
import { GitprocCommand, print, printJson, type Session } from '../gitproc-command.ts'
import { atFlag, clientFlags, outputFlag } from '../global-flags.ts'
import { renderShown, shownForm } from '../render/shown-unit.ts'
import { revisionAt, showAllAt } from '../show-past.ts'
import { findUnit } from '../unit-source.ts'

export default class Show extends GitprocCommand {
  static override summary = 'Shows a unit as gitproc understands it.'
  static override description =
    'Properties have the names and forms that systemctl show gives them, times in microseconds. It is read from the files: no daemon is needed.'
  static override args = { name: Args.string({ description: 'the unit', required: false }) }
  static override flags = {
    at: atFlag,
    revision: Flags.string({ description: 'as of this commit', helpValue: 'REV', exclusive: ['path', 'at'] }),
    path: Flags.string({ description: 'a folder of unit files instead of the repository', helpValue: 'DIR' }),
    output: outputFlag,
    ...clientFlags,
  }
  static override examples = [
    '$ gitproc show web -o json',
    '$ gitproc show web --at yesterday',
    '$ gitproc show --at "2026-03-14 14:00"',
    '$ gitproc show nginx --path /lib/systemd/system',
  ]

  async run(): Promise<number> {
    const { flags, args } = await this.parse(Show)
    // Not the key `path` of the configuration, which is a folder within the repository.
    const { path, ...settings } = flags
    const session = this.session(settings)
    const { config, look, isJson } = session
    if (args.name === undefined) return showAll(flags.at, session)
    const revision = flags.at === undefined ? flags.revision : await revisionAt(session, args.name, flags.at)
    const { unit } = await findUnit({ name: args.name, path, revision }, config)
    const shown = showUnit(unit, readHostFacts())
    if (isJson) printJson(shownForm(unit, shown))
    else print(renderShown(unit, shown, look))
    return exitStatuses.done.status
  }
}

/** Without a name: everything that was in force at that time. */
const showAll = async (at: string | undefined, session: Session): Promise<number> => {
  if (at === undefined)
    throw new GitprocError('cli/usage', 'which unit?', {
      remedy: 'gitproc show NAME, or for all at an earlier time: gitproc show --at TIME',
    })
  await showAllAt(session, at)
  return exitStatuses.done.status
}
