/** The configuration keys of remotes and of webhooks: a part of the one table in `config-keys.ts`. */
import type { ConfigKey } from './config-keys.ts'

const always = (text: string) => (): string => text

export const remoteKeys = {
  remote: {
    type: 'text',
    default: always(''),
    description:
      'URL of a remote repository to follow instead of repo: https://, ssh://, git@HOST:PATH, git:// or file://, without credentials',
  },
  remote_user: {
    type: 'text',
    default: always(''),
    description: 'user of an https:// remote; empty: one that servers take beside an access token',
  },
  remote_password_file: {
    type: 'path',
    default: always(''),
    description:
      'file of mode 0600 with the password or access token of an https:// remote (basic authentication)',
  },
  remote_token_file: {
    type: 'path',
    default: always(''),
    description:
      'file of mode 0600 with a token for an https:// remote that wants it as "Authorization: Bearer"',
  },
  remote_ca_file: {
    type: 'path',
    default: always(''),
    description: "certificates of the CA that the https:// remote's is signed by; empty: the usual ones",
  },
  remote_cert_file: {
    type: 'path',
    default: always(''),
    description: 'client certificate for an https:// remote',
  },
  remote_key_file: {
    type: 'path',
    default: always(''),
    description: 'file of mode 0600 with the key of the client certificate',
  },
  remote_ssh_key_file: {
    type: 'path',
    default: always(''),
    description: "private key for an ssh:// remote; empty: the usual ones of the daemon's user",
  },
  remote_poll_interval: {
    type: 'duration',
    default: always('60s'),
    description: 'how often the remote is asked where the branch is',
  },
  remote_depth: {
    type: 'integer',
    default: always('50'),
    description: 'commits of history that are fetched; more when a rollback needs them',
  },
  remote_timeout: {
    type: 'duration',
    default: always('60s'),
    description: 'how long one operation on the remote may take',
  },
  remote_max_size: {
    type: 'size',
    default: always('512M'),
    description: 'what one answer of the remote may weigh',
  },
  proxy: {
    type: 'text',
    default: always(''),
    description:
      'HTTP proxy for https:// remotes and for notifications, such as http://proxy.example.org:3128; none: straight there; empty: what https_proxy and no_proxy of the environment say',
  },
  proxy_password_file: {
    type: 'path',
    default: always(''),
    description: 'file of mode 0600 with USER:PASSWORD for the proxy',
  },
  webhook_listen: {
    type: 'text',
    default: always(''),
    description: 'address for webhooks that say "look now", such as 0.0.0.0:9646; empty: none',
  },
  webhook_secret_file: {
    type: 'path',
    default: always(''),
    description: 'file of mode 0600 with the secret that webhooks are signed with',
  },
} as const satisfies Record<string, ConfigKey>
