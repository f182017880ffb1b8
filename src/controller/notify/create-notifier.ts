/** Puts the notifier together from what is configured; with nothing configured it has nobody to tell. */
import type { ProxySettings } from '../../git/remote/proxy.ts'
import type { Repository } from '../../git/repository-port.ts'
import type { Topic } from '../../store/event-record.ts'
import { commandTarget } from './command.ts'
import type { Target } from './delivery.ts'
import { notesTarget } from './notes.ts'
import { Notifier, type NotifierPorts } from './notifier.ts'
import { slackTarget, webhookTarget } from './webhook.ts'

export interface NotifyOptions {
  readonly webhook: URL | undefined
  readonly webhookTokenFile: string | undefined
  readonly webhookSecretFile: string | undefined
  readonly slackUrlFile: string | undefined
  readonly command: readonly string[] | undefined
  readonly proxy: ProxySettings
  readonly topics: ReadonlySet<Topic>
  /** Results are written back as git notes, too. */
  readonly writesNotes: boolean
}

export const createNotifier = (
  options: NotifyOptions,
  ports: Omit<NotifierPorts, 'targets' | 'topics'>,
  repository: Pick<Repository, 'annotate'>,
): Notifier => new Notifier({ ...ports, targets: targetsOf(options, repository), topics: options.topics })

const targetsOf = (options: NotifyOptions, repository: Pick<Repository, 'annotate'>): readonly Target[] => {
  const {
    webhook,
    webhookTokenFile: tokenFile,
    webhookSecretFile: secretFile,
    slackUrlFile,
    command,
    proxy,
  } = options
  return [
    ...(webhook === undefined ? [] : [webhookTarget({ url: webhook, tokenFile, secretFile }, proxy)]),
    ...(slackUrlFile === undefined ? [] : [slackTarget(slackUrlFile, proxy)]),
    ...(command === undefined ? [] : [commandTarget(command)]),
    ...(options.writesNotes ? [notesTarget(repository)] : []),
  ]
}
