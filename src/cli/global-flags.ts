/** Flags that every command takes: one for each key of the configuration, made from the table of keys. */
import * as Flags from '@oclif/core/flags'
import type { ConfigFlags } from '../config.ts'
import { type ConfigKeyName, configKeys } from '../config-keys.ts'

const group = 'GLOBAL'

const keyFlag = (name: ConfigKeyName) => {
  const { description } = configKeys[name]
  return Flags.string({ description, helpGroup: group, helpValue: helpValueOf(name) })
}

const helpValueOf = (name: ConfigKeyName): string => {
  const key = configKeys[name]
  if ('choices' in key) return key.choices.join('|')
  return {
    path: 'PATH',
    text: 'TEXT',
    boolean: 'yes|no',
    duration: 'SPAN',
    choice: '',
    integer: 'N',
    size: 'SIZE',
  }[key.type]
}

const configFlag = Flags.string({
  description: 'the configuration file',
  helpGroup: group,
  helpValue: 'PATH',
})

/** Where the daemon answers. */
export const clientFlags = {
  config: configFlag,
  socket: keyFlag('socket'),
  repo: keyFlag('repo'),
  remote: keyFlag('remote'),
  'watch-branch': keyFlag('watch_branch'),
  'run-dir': keyFlag('run_dir'),
  'state-dir': keyFlag('state_dir'),
  'log-dir': keyFlag('log_dir'),
}

/** How a remote is asked; secrets are named by file only. */
export const remoteFlags = {
  'remote-user': keyFlag('remote_user'),
  'remote-password-file': keyFlag('remote_password_file'),
  'remote-token-file': keyFlag('remote_token_file'),
  'remote-ca-file': keyFlag('remote_ca_file'),
  'remote-cert-file': keyFlag('remote_cert_file'),
  'remote-key-file': keyFlag('remote_key_file'),
  'remote-ssh-key-file': keyFlag('remote_ssh_key_file'),
  'remote-poll-interval': keyFlag('remote_poll_interval'),
  'remote-depth': keyFlag('remote_depth'),
  'remote-timeout': keyFlag('remote_timeout'),
  'remote-max-size': keyFlag('remote_max_size'),
  proxy: keyFlag('proxy'),
  'proxy-password-file': keyFlag('proxy_password_file'),
}

/** Every key, for the command that uses them all. */
export const daemonFlags = {
  ...clientFlags,
  ...remoteFlags,
  path: keyFlag('path'),
  'log-max-size': keyFlag('log_max_size'),
  'log-max-files': keyFlag('log_max_files'),
  'log-max-age': keyFlag('log_max_age'),
  'log-max-total': keyFlag('log_max_total'),
  'cgroup-root': keyFlag('cgroup_root'),
  'private-pids': keyFlag('private_pids'),
  'poll-interval': keyFlag('poll_interval'),
  settle: keyFlag('settle'),
  deadline: keyFlag('deadline'),
  'rollback-on-failure': keyFlag('rollback_on_failure'),
  'prune-limit': keyFlag('prune_limit'),
  'sync-window': keyFlag('sync_window'),
  strict: keyFlag('strict'),
  'verify-commits': keyFlag('verify_commits'),
  'allowed-signers': keyFlag('allowed_signers'),
  'gpg-keyring': keyFlag('gpg_keyring'),
  'on-force-push': keyFlag('on_force_push'),
  'notify-webhook': keyFlag('notify_webhook'),
  'notify-webhook-token-file': keyFlag('notify_webhook_token_file'),
  'notify-webhook-secret-file': keyFlag('notify_webhook_secret_file'),
  'notify-slack-url-file': keyFlag('notify_slack_url_file'),
  'notify-command': keyFlag('notify_command'),
  'notify-on': keyFlag('notify_on'),
  'git-notes': keyFlag('git_notes'),
  'webhook-listen': keyFlag('webhook_listen'),
  'webhook-secret-file': keyFlag('webhook_secret_file'),
  'metrics-listen': keyFlag('metrics_listen'),
  'log-level': keyFlag('log_level'),
  'log-format': keyFlag('log_format'),
}

export const outputFlag = Flags.option({
  char: 'o',
  description: 'form of the output',
  options: ['text', 'json'] as const,
  default: 'text' as const,
})()

export const atFlag = Flags.string({
  description: 'as it was at this time: 10m, yesterday, 2026-03-14 14:00',
  helpValue: 'TIME',
})

export const utcFlag = Flags.boolean({ description: 'times in UTC instead of ages' })

export const allFlag = Flags.boolean({ description: 'every unit, in the order of After=' })

export const waitFlag = Flags.boolean({
  description: 'wait until it is done, and say what came of it',
  allowNo: true,
  default: true,
})

/** The configuration's part of parsed flags: `--state-dir` is the key `state_dir`. */
export const configFlagsOf = (flags: Readonly<Record<string, unknown>>): ConfigFlags =>
  Object.fromEntries(
    Object.entries(flags).flatMap(([name, value]) => {
      const key = name.replaceAll('-', '_')
      return typeof value === 'string' && (key in configKeys || key === 'config') ? [[key, value]] : []
    }),
  )
