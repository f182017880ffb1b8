/** The notifier of this host: what is configured, on what the daemon keeps. */
import { hostname } from 'node:os'
import type { Log } from './base/log.ts'
import { createNotifier, type NotifyOptions } from './controller/notify/create-notifier.ts'
import type { Notifier } from './controller/notify/notifier.ts'
import type { Repository } from './git/repository-port.ts'
import type { Store } from './store/open-store.ts'
import { systemClock } from './system-clock.ts'

export interface NotifyHost {
  readonly store: Pick<Store, 'events' | 'delivered'>
  readonly repository: Repository
  readonly log: Log
}

export const notifierOnHost = (options: NotifyOptions, { store, repository, log }: NotifyHost): Notifier => {
  const { events: journal, delivered } = store
  const origin = () => ({ host: hostname(), repository: repository.path, branch: repository.branch })
  return createNotifier(options, { delivered, journal, clock: systemClock, log, origin }, repository)
}
