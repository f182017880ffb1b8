/** From the words of a command line to an exit status: find the command, load it alone, run it, say what went wrong. */
import { GitprocError } from '../base/error.ts'
import { nearest } from '../base/nearest.ts'
import { version } from '../version.ts'
import { type CommandEntry, commandTable } from './command-table.ts'
import { exitStatuses } from './exit-status.ts'
import { describeFailure, usageError } from './failure.ts'
import { print, remark } from './gitproc-command.ts'
import { oclifHost } from './oclif-host.ts'
import { lookOf } from './terminal.ts'

export const run = async (argv: readonly string[]): Promise<number> => {
  try {
    return await dispatch(argv)
  } catch (error) {
    const failure = describeFailure(error, lookOf(process.stderr, process.env, false))
    for (const line of failure.lines) remark(line)
    return failure.status
  }
}

const dispatch = async ([first, ...rest]: readonly string[]): Promise<number> => {
  if (first === undefined || first === '--help' || first === '-h') return showHelp(undefined)
  if (first === 'help') return showHelp(rest[0])
  if (first === '--version' || first === '-V' || first === 'version') {
    print([`gitproc ${version}`])
    return exitStatuses.done.status
  }
  const entry = entryOf(first)
  return asksForHelp(rest) ? showHelp(first) : runCommand(first, entry, rest)
}

const runCommand = async (name: string, entry: CommandEntry, argv: readonly string[]): Promise<number> => {
  const { default: CommandClass } = await entry.load()
  try {
    return await new CommandClass([...argv], oclifHost).run()
  } catch (error) {
    if (error instanceof Error && 'oclif' in error)
      throw usageError(error, name, Object.keys(CommandClass.flags))
    throw error
  }
}

const showHelp = async (name: string | undefined): Promise<number> => {
  const { commandHelp, rootHelp } = await import('./help.ts')
  const look = lookOf(process.stdout, process.env, false)
  if (name === undefined) print(rootHelp(commandTable, look))
  else print(commandHelp(name, (await entryOf(name).load()).default, look))
  return exitStatuses.done.status
}

const entryOf = (name: string): CommandEntry => {
  const entry = Object.hasOwn(commandTable, name) ? commandTable[name] : undefined
  if (entry) return entry
  const near = nearest(name, Object.keys(commandTable))
  throw new GitprocError('cli/usage', `there is no command "${name}"`, {
    remedy: near === undefined ? 'gitproc help lists them' : `did you mean: gitproc ${near}`,
  })
}

const asksForHelp = (argv: readonly string[]): boolean => {
  const end = argv.indexOf('--')
  const flags = end === -1 ? argv : argv.slice(0, end)
  return flags.includes('--help') || flags.includes('-h')
}
