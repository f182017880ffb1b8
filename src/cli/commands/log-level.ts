/** `gitproc log-level [LEVEL]`: of the daemon that runs, until it ends; `log_level` of the configuration is for the next. */
import * as Args from '@oclif/core/args'
import type { LogLevelAnswer } from '../../api/requests.ts'
import { logLevels } from '../../base/log.ts'
import { exitStatuses } from '../exit-status.ts'
import { GitprocCommand, print, printJson, type Session } from '../gitproc-command.ts'
import { clientFlags, outputFlag } from '../global-flags.ts'
import { whoAsks } from '../who.ts'

export default class LogLevelCommand extends GitprocCommand {
  static override summary = "Shows how much the daemon's own log says, or changes it at once."
  static override description =
    'Holds for the daemon that runs, until it ends. For every daemon from the next on: log_level in the configuration.'
  static override args = {
    level: Args.string({ description: 'error, warn, info or debug', options: [...logLevels] }),
  }
  static override flags = { output: outputFlag, ...clientFlags }
  static override examples = ['$ gitproc log-level debug', '$ gitproc log-level']

  async run(): Promise<number> {
    const { flags, args } = await this.parse(LogLevelCommand)
    const session = this.session(flags)
    const answer = await levelOf(session, args.level)
    if (session.isJson) printJson(answer)
    else print([`The daemon's log is at level ${answer.level}.`])
    return exitStatuses.done.status
  }
}

const levelOf = ({ daemon }: Session, level: string | undefined): Promise<LogLevelAnswer> =>
  level === undefined
    ? daemon.get<LogLevelAnswer>('/v1/log-level')
    : daemon.post<LogLevelAnswer>('/v1/log-level', { who: whoAsks(), level })
