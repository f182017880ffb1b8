/** `gitproc confirm`: what `sync --confirm` applied is to stay. */
import { GitprocCommand } from '../gitproc-command.ts'
import { clientFlags, outputFlag } from '../global-flags.ts'
import { runOperation } from '../operation.ts'

export default class Confirm extends GitprocCommand {
  static override summary = 'Keeps what gitproc sync --confirm applied.'
  static override description = 'Exit status 1 where nothing waits to be confirmed.'
  static override flags = { output: outputFlag, ...clientFlags }
  static override examples = ['$ gitproc confirm']

  async run(): Promise<number> {
    const { flags } = await this.parse(Confirm)
    return runOperation('/v1/confirm', {}, this.session(flags))
  }
}
