/** `gitproc events`: what happens, as it happens; ends with the daemon, Ctrl-C or a closed pipe. */
import { exitStatuses } from '../exit-status.ts'
import { GitprocCommand } from '../gitproc-command.ts'
import { clientFlags, outputFlag, utcFlag } from '../global-flags.ts'
import { eventLine } from '../render/event.ts'

export default class Events extends GitprocCommand {
  static override summary = 'Shows what happens, as it happens: units, generations, trouble.'
  static override flags = { output: outputFlag, utc: utcFlag, ...clientFlags }
  static override examples = ['$ gitproc events', '$ gitproc events -o json']

  async run(): Promise<number> {
    const { flags } = await this.parse(Events)
    const { daemon, look, isJson } = this.session(flags)
    for await (const event of daemon.events())
      process.stdout.write(isJson ? `${JSON.stringify(event)}\n` : `${eventLine(event, look)}\n`)
    return exitStatuses.done.status
  }
}
