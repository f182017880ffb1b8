/** `gitproc escape TEXT…`: strings and paths as parts of unit names, and back (systemd-escape(1)). */
import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import { GitprocError } from '../../base/error.ts'
import { parseUnitName, templateName } from '../../units/name.ts'
import {
  escapeInstance,
  escapeName,
  escapePath,
  unescapeName,
  unescapePath,
} from '../../units/name-escape.ts'
import { unitTypes } from '../../units/unit.ts'
import { exitStatuses } from '../exit-status.ts'
import { GitprocCommand, print, printJson } from '../gitproc-command.ts'
import { outputFlag } from '../global-flags.ts'

export default class Escape extends GitprocCommand {
  static override summary = 'Escapes strings and paths for use in unit names, and unescapes them.'
  static override description =
    'Slashes become dashes, all but letters, digits, ":", "_" and "." becomes \\xNN.'
  static override args = {
    texts: Args.string({ description: 'what to escape', multiple: true, required: true }),
  }
  static override flags = {
    output: outputFlag,
    unescape: Flags.boolean({ char: 'u', description: 'the other way round' }),
    path: Flags.boolean({ char: 'p', description: 'it is an absolute path' }),
    suffix: Flags.option({
      description: 'append a unit type',
      options: unitTypes,
      helpValue: 'TYPE',
      exclusive: ['template', 'unescape'],
    })(),
    template: Flags.string({
      description: 'put it into a template, as its instance',
      helpValue: 'NAME@.TYPE',
    }),
    instance: Flags.boolean({
      description: 'unescape only the instance of a unit name',
      dependsOn: ['unescape'],
      exclusive: ['template'],
    }),
  }
  static override examples = [
    "$ gitproc escape --template=backup@.service --path '/srv/my data'",
    "$ gitproc escape -u 'srv-my\\x20data'",
  ]

  async run(): Promise<number> {
    const { flags, args } = await this.parse(Escape)
    const texts = args.texts as unknown as readonly string[]
    const converted = texts.map((text) =>
      flags.unescape ? unescapeText(text, flags) : escapeText(text, flags),
    )
    if (flags.output === 'json') printJson(texts.map((input, at) => ({ input, output: converted[at] })))
    else print([converted.join(' ')])
    return exitStatuses.done.status
  }
}

interface Form {
  readonly path: boolean
  readonly instance: boolean
  readonly suffix?: string | undefined
  readonly template?: string | undefined
}

const escapeText = (text: string, { path, suffix, template }: Form): string => {
  const escaped = path ? escapePath(text) : escapeName(text)
  if (escaped === undefined) throw usage(`"${text}" is no absolute path without ".."`)
  if (template === undefined) return suffix === undefined ? escaped : `${escaped}.${suffix}`
  const name = escapeInstance(template, escaped)
  if (name === undefined) throw usage(`"${template}" is no template such as web@.service`)
  return name
}

const unescapeText = (text: string, { path, instance, template }: Form): string => {
  const escaped = instance || template !== undefined ? instanceOf(text, template) : text
  const unescaped = path ? unescapePath(escaped) : unescapeName(escaped)
  if (unescaped === undefined) throw usage(`"${escaped}" is not what escaping ${path ? 'a path ' : ''}makes`)
  return unescaped
}

const instanceOf = (text: string, template: string | undefined): string => {
  const parts = parseUnitName(text)
  if (!parts?.instance) throw usage(`"${text}" is no unit name with an instance`)
  if (template !== undefined && templateName(parts) !== template)
    throw usage(`"${text}" is no instance of ${template}`)
  return parts.instance
}

const usage = (message: string): GitprocError =>
  new GitprocError('cli/usage', `escape: ${message}`, { remedy: 'gitproc escape --help' })
