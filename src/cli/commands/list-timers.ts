/** `gitproc list-timers`: when each timer elapses next, when it last did, and what it starts. */
import type { StatusAnswer } from '../../api/contract.ts'
import { exitStatuses } from '../exit-status.ts'
import { GitprocCommand, print, printJson } from '../gitproc-command.ts'
import { clientFlags, outputFlag, utcFlag } from '../global-flags.ts'
import { renderTimers, timerEntries } from '../render/timers.ts'

export default class ListTimers extends GitprocCommand {
  static override summary = 'Shows when each timer elapses next, when it last did, and what it starts.'
  static override flags = { output: outputFlag, utc: utcFlag, ...clientFlags }
  static override examples = ['$ gitproc list-timers', "$ gitproc list-timers -o json | jq '.[0].leftMs'"]

  async run(): Promise<number> {
    const { flags } = await this.parse(ListTimers)
    const { daemon, look, isJson } = this.session(flags)
    const { units } = await daemon.get<StatusAnswer>('/v1/status')
    if (isJson) printJson(timerEntries(units, look.nowMs))
    else print(renderTimers(units, look))
    return exitStatuses.done.status
  }
}
