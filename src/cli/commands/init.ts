/** `gitproc init`: a repository for unit files, and what to type next. */
import { resolve } from 'node:path'
import * as Flags from '@oclif/core/flags'
import { initRepository, installPreCommitHook } from '../../git/init-repository.ts'
import { exitStatuses } from '../exit-status.ts'
import { GitprocCommand, print, printJson } from '../gitproc-command.ts'
import { clientFlags, outputFlag } from '../global-flags.ts'
import { renderInit } from '../render/init.ts'

export default class Init extends GitprocCommand {
  static override summary = 'Makes a git repository for unit files, and says what to type next.'
  static override description =
    'What lies in the directory stays as it is; a repository that is there already is left alone.'
  static override flags = {
    branch: Flags.string({
      char: 'b',
      description: 'name of the first branch',
      default: 'main',
      helpValue: 'NAME',
    }),
    hook: Flags.boolean({
      description: 'install a pre-commit hook that runs gitproc verify on what is staged',
    }),
    output: outputFlag,
    ...clientFlags,
  }
  static override examples = ['$ gitproc init', '$ gitproc init --repo /srv/shop --hook']

  async run(): Promise<number> {
    const { flags } = await this.parse(Init)
    const { config, look, isJson } = this.session(flags)
    const path = resolve(config.repo)
    const { isNew } = await initRepository({ path, branch: flags.branch })
    const hook = flags.hook ? installPreCommitHook(path, ['gitproc', 'verify']) : undefined
    const made = { path, isNew, hook, isUsual: flags.repo === undefined }
    if (isJson) printJson(made)
    else print(renderInit(made, look))
    return exitStatuses.done.status
  }
}
