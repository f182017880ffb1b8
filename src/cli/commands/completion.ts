/** `gitproc completion SHELL`: what bash and zsh need to complete commands and names of units. */
import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import type { StatusAnswer } from '../../api/contract.ts'
import { commandTable } from '../command-table.ts'
import { exitStatuses } from '../exit-status.ts'
import { GitprocCommand, print, type Session } from '../gitproc-command.ts'
import { clientFlags } from '../global-flags.ts'
import { choicesOf, completionScript, flagsOf, takesUnits } from '../render/completion.ts'
import { shortName } from '../render/words.ts'

export default class Completion extends GitprocCommand {
  static override summary = 'Prints what a shell needs to complete commands and names of units.'
  static override args = {
    shell: Args.string({ description: 'which shell', options: ['bash', 'zsh'], default: 'bash' }),
  }
  static override flags = {
    'flags-of': Flags.string({
      description: 'flags of a command, as the scripts ask for them',
      hidden: true,
    }),
    'words-of': Flags.string({ description: 'what its arguments may be', hidden: true }),
    ...clientFlags,
  }
  static override examples = ['$ source <(gitproc completion bash)', '$ source <(gitproc completion zsh)']

  async run(): Promise<number> {
    const { flags, args } = await this.parse(Completion)
    const asked = flags['flags-of'] ?? flags['words-of']
    if (asked === undefined) print(completionScript(args.shell, Object.keys(commandTable)))
    else if (Object.hasOwn(commandTable, asked)) {
      const { default: command } = await commandTable[asked]!.load()
      if (flags['flags-of'] !== undefined) print(flagsOf(command))
      else
        print([...choicesOf(command), ...(takesUnits(command) ? await unitNames(this.session(flags)) : [])])
    }
    return exitStatuses.done.status
  }
}

const unitNames = async ({ daemon }: Session): Promise<readonly string[]> => {
  const { units } = await daemon.get<StatusAnswer>('/v1/status')
  return units.map((unit) => shortName(unit.name))
}
