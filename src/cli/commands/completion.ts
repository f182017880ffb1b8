/** `gitproc completion SHELL`: what bash and zsh need to complete commands and names of units. */
import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import type { StatusAnswer } from '../../api/contract.ts'
import { commandTable } from '../command-table.ts'
import { exitStatuses } from '../exit-status.ts'
import { GitprocCommand, print } from '../gitproc-command.ts'
import { clientFlags } from '../global-flags.ts'
import { completionScript } from '../render/completion.ts'
import { shortName } from '../render/words.ts'

export default class Completion extends GitprocCommand {
  static override summary = 'Prints what a shell needs to complete commands and names of units.'
  static override args = {
    shell: Args.string({ description: 'which shell', options: ['bash', 'zsh'], default: 'bash' }),
  }
  static override flags = {
    units: Flags.boolean({ description: 'names of units, as the scripts ask for them', hidden: true }),
    ...clientFlags,
  }
  static override examples = ['$ source <(gitproc completion bash)', '$ source <(gitproc completion zsh)']

  async run(): Promise<number> {
    const { flags, args } = await this.parse(Completion)
    if (flags.units) {
      const { units } = await this.session(flags).daemon.get<StatusAnswer>('/v1/status')
      print(units.map((unit) => shortName(unit.name)))
    } else print(completionScript(args.shell, Object.keys(commandTable)))
    return exitStatuses.done.status
  }
}
