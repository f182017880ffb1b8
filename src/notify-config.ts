/** The configuration keys of notifications, a part of the one table in `config-keys.ts`, and what they come to. */
import { isAbsolute } from 'node:path'
import { GitprocError } from './base/error.ts'
import type { ConfigKey } from './config-keys.ts'
import type { NotifyOptions } from './controller/notify/create-notifier.ts'
import { topicGroups } from './controller/notify/topics.ts'
import { splitWords } from './units/syntax/words.ts'

const always = (text: string) => (): string => text

export const notifyKeys = {
  notify_webhook: {
    type: 'text',
    default: always(''),
    description: 'URL that is told what happened, by a POST of JSON',
  },
  notify_webhook_token_file: {
    type: 'path',
    default: always(''),
    description: 'file of mode 0600 with a token that is sent to it as "Authorization: Bearer"',
  },
  notify_webhook_secret_file: {
    type: 'path',
    default: always(''),
    description:
      'file of mode 0600 with a secret that the JSON is signed with, in the header X-Gitproc-Signature-256',
  },
  notify_slack_url_file: {
    type: 'path',
    default: always(''),
    description:
      'file of mode 0600 with the URL of an incoming webhook of Slack, or of what takes the same form',
  },
  notify_command: {
    type: 'text',
    default: always(''),
    description:
      'program with its arguments, quoted as in ExecStart=, that gets the JSON on its standard input',
  },
  notify_on: {
    type: 'text',
    default: always('generation unit source'),
    description:
      'what is told: how generations ended, units that failed for good or are back, trouble at the source and its end',
  },
  git_notes: {
    type: 'boolean',
    default: always('no'),
    description: 'write how each generation ended into the repository as git notes (refs/notes/gitproc)',
  },
} as const satisfies Record<string, ConfigKey>

type NotifyKeyName = keyof typeof notifyKeys

export interface NotifyValues {
  readonly truth: (name: NotifyKeyName) => boolean
  readonly text: (name: NotifyKeyName) => string
  /** Absolute; undefined where nothing is set. */
  readonly path: (name: NotifyKeyName) => string | undefined
}

/** Fails `config/invalid`. */
export const notifyConfig = ({ text, path, truth }: NotifyValues): Omit<NotifyOptions, 'proxy'> => ({
  webhook: webhookOf(text('notify_webhook')),
  webhookTokenFile: path('notify_webhook_token_file'),
  webhookSecretFile: path('notify_webhook_secret_file'),
  slackUrlFile: path('notify_slack_url_file'),
  command: commandOf(text('notify_command')),
  writesNotes: truth('git_notes'),
  topics: topicsOf(text('notify_on')),
})

const webhookOf = (text: string): URL | undefined => {
  if (text === '') return undefined
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || !/^https?:$/.test(url.protocol))
    throw invalid('notify_webhook', 'a URL of http or https', text)
  if (url.username !== '' || url.password !== '')
    throw new GitprocError(
      'config/invalid',
      'notify_webhook: a URL with a password is no place for a secret',
      {
        remedy: 'put a token into a file of mode 0600: notify_webhook_token_file = FILE',
      },
    )
  return url
}

const commandOf = (text: string): readonly string[] | undefined => {
  if (text === '') return undefined
  const words = splitWords(text)
  if (words?.[0] === undefined || !isAbsolute(words[0]))
    throw invalid('notify_command', 'the absolute path of a program and its arguments', text)
  return words
}

const topicsOf = (text: string): NotifyOptions['topics'] => {
  const names = text.split(/[\s,]+/).filter((name) => name !== '')
  const isKnown = (name: string): name is keyof typeof topicGroups => name in topicGroups
  return new Set(
    names.flatMap((name) => {
      if (!isKnown(name)) throw invalid('notify_on', `some of ${Object.keys(topicGroups).join(', ')}`, name)
      return topicGroups[name]
    }),
  )
}

const invalid = (key: string, wanted: string, got: string): GitprocError =>
  new GitprocError('config/invalid', `${key}: wants ${wanted}, got "${got}"`)
