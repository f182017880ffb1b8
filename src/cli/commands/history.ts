/** `gitproc history [NAME]`: generations, newest first. */
import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import type { HistoryAnswer } from '../../api/contract.ts'
import { exitStatuses } from '../exit-status.ts'
import { GitprocCommand, print, printJson } from '../gitproc-command.ts'
import { clientFlags, outputFlag, utcFlag } from '../global-flags.ts'
import { mustBeKnown } from '../known-unit.ts'
import { renderHistory } from '../render/history.ts'
import { fullName } from '../render/words.ts'

export default class History extends GitprocCommand {
  static override summary = 'Shows generations, newest first: what was deployed and what came of it.'
  static override args = { name: Args.string({ description: 'only generations that moved this unit' }) }
  static override flags = {
    lines: Flags.integer({ char: 'n', description: 'how many', default: 20, min: 1, max: 1000 }),
    output: outputFlag,
    utc: utcFlag,
    ...clientFlags,
  }
  static override examples = ['$ gitproc history', '$ gitproc history web -n 5', '$ gitproc history --utc']

  async run(): Promise<number> {
    const { flags, args } = await this.parse(History)
    const { daemon, look, isJson } = this.session(flags)
    const query = new URLSearchParams({ limit: String(flags.lines) })
    const unit = args.name === undefined ? undefined : fullName(args.name)
    if (unit !== undefined) query.set('unit', unit)
    const answer = await daemon.get<HistoryAnswer>(`/v1/history?${query}`)
    if (unit !== undefined && answer.generations.length === 0) await mustBeKnown(unit, daemon)
    if (isJson) printJson(answer)
    else print(renderHistory(answer, look, unit))
    return exitStatuses.done.status
  }
}
