/** Commands as systemd shows them. */
import type { ExecCommand } from '../values.ts'
import type { Properties } from './form.ts'

export const shownCommands = (commands: readonly ExecCommand[]): readonly Properties[] => commands.map(shown)

/** Those of sockets are shown without their flags. */
export const shownControlCommands = (commands: readonly ExecCommand[]): readonly Properties[] =>
  commands.map((command) => {
    const { flags: _, ...rest } = shown(command)
    return rest
  })

const shown = (command: ExecCommand): Properties => ({
  path: command.path,
  argv: command.argv,
  flags: [
    ...(command.ignoreFailure ? ['ignore-failure'] : []),
    ...(command.privileged ? ['privileged'] : []),
    ...(command.noSetuid ? ['no-setuid'] : []),
    ...(command.ambient ? ['ambient'] : []),
    ...(command.noEnvExpand ? ['no-env-expand'] : []),
  ],
  ignore_failure: command.ignoreFailure,
})
