/** The configuration: defaults, then the INI file, then the environment, then flags; each value knows where it came from. */
import { readFileSync } from 'node:fs'
import { isAbsolute, join, resolve } from 'node:path'
import { parse } from 'ini'
import { GitprocError } from './base/error.ts'
import { type LoopbackAddress, parseLoopbackAddress } from './base/loopback.ts'
import { nearest } from './base/nearest.ts'
import { type ConfigKey, type ConfigKeyName, configKeys, type Place, placeOf } from './config-keys.ts'
import type { NotifyOptions } from './controller/notify/create-notifier.ts'
import type { TrustPolicy } from './controller/source-trust.ts'
import { mirrorPath } from './git/remote/mirror-path.ts'
import type { LogLimits, TotalLimit } from './logs/log-limits.ts'
import { notifyConfig } from './notify-config.ts'
import { type PruneLimit, parsePruneLimit } from './plan/prune.ts'
import { parseSyncWindows, type SyncWindow } from './plan/sync-windows.ts'
import {
  proxyConfig,
  type RemoteConfig,
  type RemoteValues,
  remoteConfig,
  type WebhookConfig,
  webhookConfig,
} from './remote-config.ts'
import { trustConfig } from './trust-config.ts'
import { parseTimeSpan } from './units/time-span/time-span.ts'
import {
  logAgeName,
  logFilesName,
  logSizeName,
  parseLogAge,
  parseLogFiles,
  parseLogSize,
} from './units/value-types/log-file.ts'
import { parseSize } from './units/value-types/size.ts'

export interface Config {
  /** Where the repository is read: with a remote, its mirror. */
  readonly repo: string
  readonly remote: RemoteConfig | undefined
  readonly webhook: WebhookConfig | undefined
  readonly branch: string | undefined
  readonly trust: TrustPolicy
  readonly notify: NotifyOptions
  readonly folder: string
  readonly socket: string
  readonly runDirectory: string
  readonly stateDirectory: string
  readonly logDirectory: string
  /** Of units that do not say themselves. */
  readonly logLimits: LogLimits
  /** Of all units together. */
  readonly logMaxTotal: TotalLimit
  readonly cgroupRoot: string
  readonly privatePids: 'auto' | 'yes' | 'no'
  readonly pollIntervalMs: number
  readonly settleMs: number
  readonly deadlineMs: number
  readonly rollbackOnFailure: 'commit' | 'unit' | 'no'
  readonly isStrict: boolean
  readonly pruneLimit: PruneLimit
  readonly syncWindows: readonly SyncWindow[]
  /** Where `/metrics` is served over TCP; undefined: nowhere. */
  readonly metricsListen: LoopbackAddress | undefined
  readonly logLevel: 'error' | 'warn' | 'info' | 'debug'
  readonly logFormat: 'text' | 'json'
  /** The file that was read; undefined where there is none. */
  readonly file: string | undefined
}

/** Values given on the command line, by key. */
export type ConfigFlags = Partial<Record<ConfigKeyName | 'config', string>>

/** Reads the configuration. Fails `config/invalid` with the file or variable at fault and what it may say. */
export const loadConfig = (flags: ConfigFlags = {}, env: NodeJS.ProcessEnv = process.env): Config => {
  const place = placeOf(process.getuid?.() ?? 0, env)
  const { file, values } = readFile(flags.config ?? env['GITPROC_CONFIG'], place)
  const text = (name: ConfigKeyName): Given => {
    const variable = environmentVariable(name)
    if (flags[name] !== undefined) return { text: flags[name], source: `--${name.replaceAll('_', '-')}` }
    if (env[variable]) return { text: env[variable], source: variable }
    if (values[name] !== undefined) return { text: values[name], source: `${file}: ${name}` }
    return { text: configKeys[name].default(place), source: 'default' }
  }
  return typed(text, file)
}

/** `watch_branch` → `GITPROC_WATCH_BRANCH`. */
export const environmentVariable = (name: ConfigKeyName): string => `GITPROC_${name.toUpperCase()}`

interface Given {
  readonly text: string
  readonly source: string
}

const typed = (given: (name: ConfigKeyName) => Given, file: string | undefined): Config => {
  const path = (name: ConfigKeyName): string => resolve(given(name).text)
  const duration = (name: ConfigKeyName): number => milliseconds(given(name))
  const choice = <T extends string>(name: ConfigKeyName): T => oneOf(configKeys[name], given(name)) as T
  const values = remoteValues(given)
  const remote = remoteConfig(values)
  return {
    repo: remote === undefined ? path('repo') : mirrorPath(path('state_dir'), remote.url),
    remote,
    webhook: webhookConfig(values),
    notify: {
      ...notifyConfig({
        truth: (name) => truth(given(name)),
        text: (name) => given(name).text,
        path: (name) => (given(name).text === '' ? undefined : path(name)),
      }),
      proxy: proxyConfig(values),
    },
    trust: trustConfig({ choice, path: (name) => (given(name).text === '' ? undefined : path(name)) }),
    branch: given('watch_branch').text || undefined,
    folder: folderInside(given('path')),
    socket: path('socket'),
    runDirectory: path('run_dir'),
    stateDirectory: path('state_dir'),
    logDirectory: path('log_dir'),
    logLimits: logLimits(given),
    logMaxTotal: totalLimit(given('log_max_total')),
    cgroupRoot: given('cgroup_root').text,
    privatePids: choice('private_pids'),
    pollIntervalMs: duration('poll_interval'),
    settleMs: duration('settle'),
    deadlineMs: duration('deadline'),
    rollbackOnFailure: choice('rollback_on_failure'),
    isStrict: truth(given('strict')),
    pruneLimit: pruneLimit(given('prune_limit')),
    syncWindows: syncWindows(given('sync_window')),
    metricsListen: loopbackAddress(given('metrics_listen')),
    logLevel: choice('log_level'),
    logFormat: choice('log_format'),
    file,
  }
}

/** The configuration file: the one asked for, or where the one of this user usually lies. */
export const configPath = (flags: ConfigFlags = {}, env: NodeJS.ProcessEnv = process.env): string =>
  flags.config ?? env['GITPROC_CONFIG'] ?? usualFile(placeOf(process.getuid?.() ?? 0, env))

/** What the file says, as text by key; nothing where there is none. Fails `config/invalid`. */
export const readSettings = (file: string): Readonly<Record<string, string>> =>
  flat(parse(readText(file, false) ?? ''))

const usualFile = (place: Place): string =>
  place.isRoot ? '/etc/gitproc/gitproc.conf' : join(place.configHome, 'gitproc', 'gitproc.conf')

const readFile = (
  asked: string | undefined,
  place: Place,
): { readonly file: string | undefined; readonly values: Readonly<Record<string, string>> } => {
  const file = asked ?? usualFile(place)
  const text = readText(file, asked !== undefined)
  if (text === undefined) return { file: undefined, values: {} }
  const values = flat(parse(withRepeatedKeys(text)))
  for (const key of Object.keys(values)) if (!(key in configKeys)) throw unknownKey(key, file)
  return { file, values }
}

const readText = (file: string, mustExist: boolean): string | undefined => {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT' && !mustExist) return undefined
    throw new GitprocError(
      'config/invalid',
      `cannot read the configuration ${file}: ${(cause as Error).message}`,
      {
        remedy: 'check the path and its permissions',
        cause,
      },
    )
  }
}

/** `ini` keeps only the last of repeated keys, unless their name says that there are more. */
const withRepeatedKeys = (text: string): string => text.replace(/^([ \t]*sync_window)[ \t]*=/gm, '$1[] =')

/** Keys may stand at the top or in a `[gitproc]` section. */
const flat = (parsed: Record<string, unknown>): Record<string, string> => {
  const out: Record<string, string> = {}
  for (const [key, value] of Object.entries(parsed)) {
    if (typeof value === 'object' && value !== null && key === 'gitproc')
      Object.assign(out, flat(value as Record<string, unknown>))
    else out[key] = Array.isArray(value) ? value.join('\n') : String(value)
  }
  return out
}

const unknownKey = (key: string, file: string): GitprocError => {
  const near = nearest(key, Object.keys(configKeys))
  return new GitprocError('config/invalid', `${file}: unknown key "${key}"`, {
    remedy: near ? `did you mean "${near}"?` : `known keys: ${Object.keys(configKeys).join(', ')}`,
  })
}

const invalid = (given: Given, wanted: string): GitprocError =>
  new GitprocError('config/invalid', `${given.source}: wants ${wanted}, got "${given.text}"`)

const milliseconds = (given: Given): number => {
  const usec = parseTimeSpan(given.text)
  if (usec === undefined) throw invalid(given, 'a time span such as 30s or 5min')
  return usec / 1000
}

/** Nobody is asked who they are there: others may reach it only through a proxy that asks. */
const loopbackAddress = (given: Given): LoopbackAddress | undefined => {
  if (given.text === '') return undefined
  const address = parseLoopbackAddress(given.text)
  if (address === undefined) throw invalid(given, 'a port of this host such as 127.0.0.1:9645')
  return address
}

const remoteValues = (given: (name: ConfigKeyName) => Given): RemoteValues => ({
  text: (key) => given(key).text,
  path: (key) => (given(key).text === '' ? undefined : resolve(given(key).text)),
  milliseconds: (key) => milliseconds(given(key)),
  bytes: (key) => limit(given(key), 'a size such as 512M', parseSize),
  count: (key) => limit(given(key), 'a number of at least 1', parseCount),
})

const parseCount = (text: string): number | undefined =>
  /^[1-9]\d{0,6}$/.test(text) ? Number(text) : undefined

const logLimits = (given: (name: ConfigKeyName) => Given): LogLimits => ({
  maxSizeBytes: limit(given('log_max_size'), logSizeName, parseLogSize),
  maxFiles: limit(given('log_max_files'), logFilesName, parseLogFiles),
  maxAgeMs: limit(given('log_max_age'), logAgeName, parseLogAge) / 1000,
})

const limit = (given: Given, name: string, parse: (text: string) => number | undefined): number => {
  const value = parse(given.text)
  if (value === undefined) throw invalid(given, name)
  return value
}

const totalLimit = (given: Given): TotalLimit => {
  const percent = /^(\d+)%$/.exec(given.text)?.[1]
  if (percent !== undefined && Number(percent) > 0 && Number(percent) <= 100)
    return { kind: 'percent', percent: Number(percent) }
  if (given.text === 'infinity') return { kind: 'bytes', bytes: Number.POSITIVE_INFINITY }
  const bytes = parseSize(given.text)
  if (bytes === undefined || bytes === 0) throw invalid(given, 'a size such as 4G, a percentage or infinity')
  return { kind: 'bytes', bytes }
}

const pruneLimit = (given: Given): PruneLimit => {
  const limit = parsePruneLimit(given.text)
  if (limit === undefined) throw invalid(given, 'a number of units, a percentage or infinity')
  return limit
}

const syncWindows = (given: Given): readonly SyncWindow[] => {
  const windows = parseSyncWindows(given.text)
  if (windows.ok) return windows.value
  throw new GitprocError('config/invalid', `${given.source}: ${windows.error}`, {
    remedy: 'allow|deny CRON DURATION [ZONE], such as: allow 0 22 * * 1-5 6h Europe/Berlin',
  })
}

const oneOf = (key: ConfigKey, given: Given): string => {
  if (!key.choices?.includes(given.text)) throw invalid(given, `one of ${key.choices?.join(', ')}`)
  return given.text
}

const truth = (given: Given): boolean => {
  const word = given.text.toLowerCase()
  if (['1', 'yes', 'y', 'true', 't', 'on'].includes(word)) return true
  if (['0', 'no', 'n', 'false', 'f', 'off'].includes(word)) return false
  throw invalid(given, 'yes or no')
}

/** The watched folder never leaves the repository. */
const folderInside = (given: Given): string => {
  const parts = given.text.split('/').filter((part) => part !== '' && part !== '.')
  if (isAbsolute(given.text) || parts.includes('..')) throw invalid(given, 'a folder inside the repository')
  return parts.join('/')
}
