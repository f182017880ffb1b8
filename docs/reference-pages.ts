/** The pages of commands, configuration, errors and exit statuses, each made from the table that the program itself uses. */
import { errorCodes } from '../src/base/error.ts'
import { commandTable } from '../src/cli/command-table.ts'
import { exitStatuses, statusOfCode } from '../src/cli/exit-status.ts'
import { commandHelp } from '../src/cli/help.ts'
import type { Look } from '../src/cli/render/style.ts'
import { environmentVariable } from '../src/config.ts'
import { type ConfigKeyName, configKeys, type Place } from '../src/config-keys.ts'
import { markdownTable } from './markdown-table.ts'

const made = (from: string): string => `Made from \`${from}\` by \`npm run docs\`.`

const plainPage: Look = { width: 100, hasColor: false, isUtc: false, nowMs: 0 }

/** Every help page, under the groups of `gitproc help`. */
export const commandsPage = async (): Promise<string> => {
  const sections: string[] = []
  for (const [name, entry] of Object.entries(commandTable)) {
    const page = commandHelp(name, (await entry.load()).default, plainPage)
    sections.push(`## gitproc ${name}`, '', '```text', ...withoutGlobalFlags(page), '```', '')
  }
  const intro = [
    '# Commands',
    '',
    made('src/cli/commands'),
    '',
    'Every command that talks to the daemon also takes the flags of [configuration.md](configuration.md); [exit-statuses.md](exit-statuses.md) says how commands end.',
    '',
  ]
  return [...intro, ...sections].join('\n')
}

const withoutGlobalFlags = (page: readonly string[]): readonly string[] => {
  const start = page.indexOf('GLOBAL FLAGS')
  const lines = start === -1 ? page : [...page.slice(0, start), ...page.slice(page.indexOf('', start) + 1)]
  return lines
    .map((line) => line.trimEnd())
    .join('\n')
    .trimEnd()
    .split('\n')
}

const rootPlace: Place = {
  isRoot: true,
  home: '/root',
  configHome: '/root/.config',
  stateHome: '/root/.local/state',
  runtimeDirectory: '/run',
}
const userPlace: Place = {
  isRoot: false,
  home: '~',
  configHome: '$XDG_CONFIG_HOME',
  stateHome: '$XDG_STATE_HOME',
  runtimeDirectory: '$XDG_RUNTIME_DIR',
}

export const configurationPage = (): string =>
  [
    '# Configuration',
    '',
    made('src/config-keys.ts'),
    '',
    'One INI file: `/etc/gitproc/gitproc.conf` for root, `$XDG_CONFIG_HOME/gitproc/gitproc.conf` for anybody else, or the one that',
    '`--config` or `GITPROC_CONFIG` names. A flag wins over the environment, that over the file. An unknown key is an error.',
    '',
    '    ; /etc/gitproc/gitproc.conf',
    '    repo = /srv/shop',
    '    watch_branch = production',
    '    settle = 30s',
    '',
    ...markdownTable(
      ['Key', 'Default', 'Meaning', 'Flag', 'Environment'],
      Object.keys(configKeys).map(keyCells),
    ),
    '',
  ].join('\n')

const keyCells = (name: string): readonly string[] => {
  const key = name as ConfigKeyName
  const { description } = configKeys[key]
  const [root, user] = [configKeys[key].default(rootPlace), configKeys[key].default(userPlace)]
  const defaults = root === user ? code(root) : `${code(root)}; not root: ${code(user)}`
  return [
    code(key),
    defaults,
    description,
    code(`--${key.replaceAll('_', '-')}`),
    code(environmentVariable(key)),
  ]
}

const code = (text: string): string => (text === '' ? 'empty' : `\`${text}\``)

export const errorsPage = (): string =>
  [
    '# Errors',
    '',
    made('src/base/error.ts'),
    '',
    'Every failure has a code that stays the same when its sentence changes: in answers of the api and in logs of the daemon.',
    '',
    ...markdownTable(
      ['Code', 'Meaning', 'Exit status'],
      Object.entries(errorCodes).map(([name, meaning]) => [
        code(name),
        meaning,
        String(statusOfCode(name as keyof typeof errorCodes)),
      ]),
    ),
    '',
  ].join('\n')

export const exitStatusesPage = (): string =>
  [
    '# Exit statuses',
    '',
    made('src/cli/exit-status.ts'),
    '',
    ...markdownTable(
      ['Status', 'Meaning'],
      Object.values(exitStatuses).map(({ status, meaning }) => [String(status), meaning]),
    ),
    '',
    'Output that was asked for goes to stdout; everything else, such as progress and failures, to stderr. Whoever stops reading',
    'stdout (`gitproc logs | head`) ends the command quietly, with 0.',
    '',
  ].join('\n')
