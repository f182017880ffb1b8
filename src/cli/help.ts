/** Help pages: the list of commands, and one page for each, made by oclif from its flags and examples. */
import type { Command } from '@oclif/core/command'
import { CommandHelp } from '@oclif/core/help'
import type { CommandEntry } from './command-table.ts'
import type { GitprocCommandClass } from './gitproc-command.ts'
import { oclifHost } from './oclif-host.ts'
import { type Look, paint } from './render/style.ts'

export const rootHelp = (table: Readonly<Record<string, CommandEntry>>, look: Look): readonly string[] => {
  const groups = [...new Set(Object.values(table).map((entry) => entry.group))]
  return [
    'gitproc runs what a git branch says: commit systemd-style unit files, and they run.',
    '',
    `${paint(look, 'strong', 'USAGE')}  gitproc COMMAND [--help]`,
    ...groups.flatMap((group) => [
      '',
      paint(look, 'strong', group.toUpperCase()),
      ...commandsOf(group, table),
    ]),
    '',
    'gitproc COMMAND --help shows flags and examples. Start with: gitproc init --help',
  ]
}

const commandsOf = (group: string, table: Readonly<Record<string, CommandEntry>>): readonly string[] =>
  Object.entries(table)
    .filter(([, entry]) => entry.group === group)
    .map(([name, { summary }]) => `  ${name.padEnd(11)} ${summary}`)

export const commandHelp = (name: string, command: GitprocCommandClass, look: Look): readonly string[] => {
  const options = {
    all: true,
    maxWidth: Math.min(readableWidth, look.width),
    stripAnsi: !look.hasColor,
    hideAliasesFromRoot: true,
  }
  const page = new CommandHelp(loadable(name, command), oclifHost, options).generate()
  return [command.summary ?? '', '', ...page.split('\n')]
}

/** Lines longer than this are hard to read, however wide the terminal is. */
const readableWidth = 100

/** Arguments only: the flags follow, each with what it does. */
const usageOf = (name: string, { args }: GitprocCommandClass): string => {
  const words = Object.entries(args).map(([key, { required, multiple }]) => {
    const word = key.toUpperCase() + (multiple ? '...' : '')
    return required ? word : `[${word}]`
  })
  return [name, ...words, '[FLAGS]'].join(' ')
}

/** oclif's help reads a command's flags and arguments with their names; a class does not hold those. */
const loadable = (name: string, command: GitprocCommandClass): Command.Loadable =>
  ({
    id: name,
    aliases: [],
    args: named(command.args),
    flags: named(command.flags),
    examples: command.examples,
    description: command.description,
    usage: command.usage ?? usageOf(name, command),
    strict: command.strict,
    hiddenAliases: [],
    hidden: false,
    load: async () => command,
  }) as unknown as Command.Loadable

const named = (entries: object): object =>
  Object.fromEntries(Object.entries(entries).map(([name, entry]) => [name, { ...entry, name }]))
