/** `gitproc init`: a repository for unit files, and what to type next. */
import { resolve } from 'node:path'
import * as Flags from '@oclif/core/flags'
import { initRepository, installPreCommitHook } from '../../git/init-repository.ts'
import { exitStatuses } from '../exit-status.ts'
import { GitprocCommand, print, printJson, type Session } from '../gitproc-command.ts'
import { clientFlags, daemonFlags, outputFlag, remoteFlags } from '../global-flags.ts'
import { initRemote, noteRemote } from '../init-remote.ts'
import { renderInit, renderRemote } from '../render/init.ts'

export default class Init extends GitprocCommand {
  static override summary = 'Makes a git repository for unit files, and says what to type next.'
  static override description =
    'What lies in the directory stays as it is; a repository that is there already is left alone. With --remote it writes the remote into the configuration and asks it whether it lets us in.'
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
    ...remoteFlags,
    path: daemonFlags.path,
  }
  static override examples = [
    '$ gitproc init',
    '$ gitproc init --repo /srv/shop --hook',
    '$ gitproc init --remote https://git.example.org/shop.git --remote-password-file /etc/gitproc/password',
    '$ gitproc init --remote git@git.example.org:shop.git --watch-branch production',
  ]

  async run(): Promise<number> {
    const { flags } = await this.parse(Init)
    noteRemote(flags)
    const session = this.session(flags)
    const { config, look, isJson } = session
    if (config.remote !== undefined) return followRemote(session)
    const path = resolve(config.repo)
    const { isNew } = await initRepository({ path, branch: flags.branch })
    const hook = flags.hook ? installPreCommitHook(path, ['gitproc', 'verify']) : undefined
    const made = { path, isNew, hook, isUsual: flags.repo === undefined }
    if (isJson) printJson(made)
    else print(renderInit(made, look))
    return exitStatuses.done.status
  }
}

const followRemote = async ({ config, look, isJson }: Session): Promise<number> => {
  const made = await initRemote(config)
  if (isJson) printJson(made)
  else print(renderRemote(made, look))
  return made.trouble === undefined ? exitStatuses.done.status : exitStatuses.failed.status
}
