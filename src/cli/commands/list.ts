/** `gitproc list`: the units alone. */
import type { StatusAnswer } from '../../api/contract.ts'
import { exitStatuses } from '../exit-status.ts'
import { GitprocCommand, print, printJson } from '../gitproc-command.ts'
import { clientFlags, outputFlag, utcFlag } from '../global-flags.ts'
import { unitTable } from '../render/unit-table.ts'

export default class List extends GitprocCommand {
  static override summary = 'Shows the units alone, as a table.'
  static override flags = { output: outputFlag, utc: utcFlag, ...clientFlags }
  static override examples = ['$ gitproc list', "$ gitproc list -o json | jq -r '.[].name'"]

  async run(): Promise<number> {
    const { flags } = await this.parse(List)
    const { daemon, look, isJson } = this.session(flags)
    const { units } = await daemon.get<StatusAnswer>('/v1/status')
    if (isJson) printJson(units)
    else print(unitTable(units, look))
    return exitStatuses.done.status
  }
}
