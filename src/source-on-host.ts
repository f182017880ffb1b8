/** The composition root's part for the source: a repository of this machine or a remote, and the webhooks that announce it. */
import { createWebhookServer } from './api/webhook-server.ts'
import { GitprocError } from './base/error.ts'
import type { Log } from './base/log.ts'
import type { Revision } from './base/revision.ts'
import type { Config } from './config.ts'
import { openRemote, openRepository } from './git/open-repository.ts'
import { readSecretLine } from './git/remote/secret-file.ts'
import type { Repository } from './git/repository-port.ts'
import type { Store } from './store/open-store.ts'
import { systemClock } from './system-clock.ts'

/** Fails as `openRepository` does. A remote is not asked for anything yet. */
export const openSource = async (config: Config): Promise<Repository> => {
  const { repo, folder, branch, remote, stateDirectory, pollIntervalMs: pollMs } = config
  const where = { folder, ...(branch === undefined ? {} : { branch }) }
  if (remote === undefined) return openRepository({ path: repo, pollMs, ...where })
  return openRemote({ ...remote, ...where, stateDirectory, clock: systemClock, random: Math.random })
}

/** A daemon that has never applied anything must find its branch; one that has goes on without. No commit yet is fine. */
export const findTip = async (
  repository: Repository,
  generations: Store['generations'],
): Promise<Revision | undefined> => {
  try {
    return await repository.head()
  } catch (error) {
    const isNew = generations.latest(1).length === 0 && repository.remote === undefined
    if (isNew && error instanceof GitprocError && error.code !== 'git/no-commit') throw error
    return undefined
  }
}

/** Does nothing unless the configuration says where. Fails `config/invalid` for the secret, `api/socket`. */
export const hearWebhooks = async (
  { webhook }: Config,
  { repository, log }: { readonly repository: Repository; readonly log: Log },
  closings: (() => Promise<void> | void)[],
): Promise<void> => {
  if (webhook === undefined) return
  const secret = () => readSecretLine(webhook.secretFile, 'secret of webhooks')
  secret() // one that cannot be used is said now, and not at the first hook
  const look = () => void repository.look().catch(() => undefined)
  const server = createWebhookServer({ secret, look, clock: systemClock, log })
  const port = await server.listen(webhook)
  closings.push(() => server.close())
  const host = webhook.host.includes(':') ? `[${webhook.host}]` : webhook.host
  log.info('webhooks', { url: `http://${host}:${port}/webhook` })
}
