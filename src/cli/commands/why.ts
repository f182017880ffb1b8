/** `gitproc why NAME`: one paragraph from commit to effect. */
import * as Args from '@oclif/core/args'
import type { WhyAnswer } from '../../api/contract.ts'
import { exitStatuses } from '../exit-status.ts'
import { GitprocCommand, print, printJson } from '../gitproc-command.ts'
import { clientFlags, outputFlag } from '../global-flags.ts'
import { printable, wrapped } from '../render/style.ts'
import { fullName } from '../render/words.ts'

/** Lines longer than this are hard to read, however wide the terminal is. */
const readableWidth = 100

export default class Why extends GitprocCommand {
  static override summary =
    'Says why a unit is as it is: which commit, which event, what comes next, what helps.'
  static override args = { name: Args.string({ description: 'the unit', required: true }) }
  static override flags = { output: outputFlag, ...clientFlags }
  static override examples = ['$ gitproc why web']

  async run(): Promise<number> {
    const { flags, args } = await this.parse(Why)
    const { daemon, look, isJson } = this.session(flags)
    const answer = await daemon.get<WhyAnswer>(`/v1/units/${encodeURIComponent(fullName(args.name))}/why`)
    if (isJson) printJson(answer)
    else {
      print(wrapped(printable(answer.paragraph), Math.min(readableWidth, look.width)))
      if (answer.remedy !== undefined) print([`  ${answer.remedy}`])
    }
    return exitStatuses.done.status
  }
}
