/** What is new about the remote since it was last told: trouble that began, trouble that is over. */
import type { Clock } from '../base/clock.ts'
import { GitprocError } from '../base/error.ts'
import type { Log } from '../base/log.ts'
import type { Repository } from '../git/repository-port.ts'

export interface RemoteNewsPorts {
  readonly repository: Pick<Repository, 'remote'>
  readonly clock: Pick<Clock, 'now'>
  readonly log: Log
}

export class RemoteNews {
  readonly #ports: RemoteNewsPorts
  #told: string | undefined

  constructor(ports: RemoteNewsPorts) {
    this.#ports = ports
  }

  /** Logs what is new, and gives it as a sentence; undefined where there is nothing new. */
  hear(): string | undefined {
    const { repository, clock, log } = this.#ports
    const { trouble, url } = repository.remote ?? {}
    const code = trouble?.error.code
    if (code === this.#told) return undefined
    this.#told = code
    if (trouble === undefined) {
      log.info('remote answers again', { url })
      return `${url} answers again`
    }
    const { message, remedy } = trouble.error
    log.warn('remote is in trouble, what runs goes on', {
      code,
      error: message,
      sinceMs: Math.round(clock.now() - trouble.sinceMs),
      ...(remedy === undefined ? {} : { remedy }),
    })
    return message
  }

  /** True of an error that says no more than what was told of the remote, or that its first fetch is under way. */
  hasTold(error: unknown): boolean {
    const { remote } = this.#ports.repository
    if (remote === undefined || !(error instanceof GitprocError)) return false
    const isFirstLook = remote.seenAtMs === undefined && error.code === 'git/unreachable'
    return isFirstLook || error === remote.trouble?.error
  }
}
