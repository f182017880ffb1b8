/** What the configuration says of the remote and of webhooks, typed and checked. */
import { GitprocError } from './base/error.ts'
import { type ProxySettings, parseProxy } from './git/remote/proxy.ts'
import type { Identity, Limits } from './git/remote/transport.ts'
import type { remoteKeys } from './remote-keys.ts'

export interface RemoteConfig {
  readonly url: string
  readonly identity: Identity
  readonly pollMs: number
  readonly depth: number
  readonly limits: Limits
  readonly proxy: ProxySettings
}

export interface WebhookConfig {
  readonly host: string
  readonly port: number
  readonly secretFile: string
}

type RemoteKey = keyof typeof remoteKeys

/** Values as `config.ts` finds them; each fails `config/invalid` with where it stands. */
export interface RemoteValues {
  readonly text: (key: RemoteKey) => string
  /** Absolute; undefined where it is empty. */
  readonly path: (key: RemoteKey) => string | undefined
  readonly milliseconds: (key: RemoteKey) => number
  readonly bytes: (key: RemoteKey) => number
  readonly count: (key: RemoteKey) => number
}

/** Undefined: the repository is one of this machine. */
export const remoteConfig = (values: RemoteValues): RemoteConfig | undefined => {
  const url = values.text('remote')
  const user = values.text('remote_user')
  const remote = {
    url,
    identity: {
      user: user === '' ? undefined : user,
      passwordFile: values.path('remote_password_file'),
      tokenFile: values.path('remote_token_file'),
      caFile: values.path('remote_ca_file'),
      certificateFile: values.path('remote_cert_file'),
      certificateKeyFile: values.path('remote_key_file'),
      sshKeyFile: values.path('remote_ssh_key_file'),
    },
    pollMs: pollInterval(values),
    depth: values.count('remote_depth'),
    limits: { timeoutMs: values.milliseconds('remote_timeout'), maxBytes: values.bytes('remote_max_size') },
    proxy: proxyConfig(values),
  }
  return url === '' ? undefined : remote
}

/** For remotes and for notifications. Fails `config/invalid`. */
export const proxyConfig = ({ text, path }: Pick<RemoteValues, 'text' | 'path'>): ProxySettings => ({
  url: parseProxy(text('proxy')),
  passwordFile: path('proxy_password_file'),
})

const pollInterval = (values: RemoteValues): number => {
  const ms = values.milliseconds('remote_poll_interval')
  if (ms >= 1000) return ms
  throw new GitprocError('config/invalid', 'remote_poll_interval wants a time span of at least 1s', {
    remedy: 'a webhook is faster, and asks the server for less: docs/remotes.md',
  })
}

/** Undefined: nobody listens. Fails `config/invalid` without a secret: then anybody could make us look. */
export const webhookConfig = (values: RemoteValues): WebhookConfig | undefined => {
  const text = values.text('webhook_listen')
  if (text === '') return undefined
  const found = /^(?:(?<host>[\w.-]+|\[[\da-fA-F:.]+\]):)?(?<port>\d{1,5})$/.exec(text)?.groups
  const port = Number(found?.['port'])
  if (!(port <= 65_535)) throw invalid(`webhook_listen wants an address such as 0.0.0.0:9646, got "${text}"`)
  const secretFile = values.path('webhook_secret_file')
  if (secretFile === undefined) throw invalid('webhook_listen wants webhook_secret_file, too')
  return { host: (found?.['host'] ?? '127.0.0.1').replace(/^\[|\]$/g, ''), port, secretFile }
}

const invalid = (message: string): GitprocError =>
  new GitprocError('config/invalid', message, {
    remedy:
      'webhook_secret_file = /etc/gitproc/webhook-secret (mode 0600), and the same secret at the server',
  })
