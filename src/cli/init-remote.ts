/** `gitproc init --remote URL`: writes the remote into the configuration, and asks it whether it would let us in. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { GitprocError } from '../base/error.ts'
import { type Config, configPath, readSettings } from '../config.ts'
import { type ConfigKeyName, configKeys } from '../config-keys.ts'
import { askRemote } from '../git/open-repository.ts'
import { parseRemoteUrl } from '../git/remote/remote-url.ts'
import type { RemoteTip } from '../git/remote/transport.ts'
import { configFlagsOf } from './global-flags.ts'

export interface MadeRemote {
  readonly url: string
  /** The configuration; undefined where the remote is named in the environment only. */
  readonly file: string | undefined
  /** Where the branch is there; undefined where it has none, or did not let us in. */
  readonly tip: RemoteTip | undefined
  readonly trouble:
    | { readonly code: string; readonly text: string; readonly remedy: string | undefined }
    | undefined
}

/** Writes down what the flags say of the remote, before the configuration is read. Fails `config/invalid`. */
export const noteRemote = (flags: Readonly<Record<string, unknown>>): void => {
  const settings = remoteSettings(flags)
  const url = settings.find(([key]) => key === 'remote')?.[1]
  if (url === undefined) return
  parseRemoteUrl(url)
  writeSettings(configPath(configFlagsOf(flags)), settings)
}

/** Asks it; a remote that does not answer is written down all the same: what is in the way may be mended later. */
export const initRemote = async ({ remote, branch, stateDirectory, file }: Config): Promise<MadeRemote> => {
  if (remote === undefined) throw new GitprocError('cli/usage', '--remote wants a URL')
  const made = { url: remote.url, file, tip: undefined, trouble: undefined }
  try {
    const where = { stateDirectory, ...(branch === undefined ? {} : { branch }) }
    return { ...made, tip: await askRemote({ ...remote, ...where }) }
  } catch (error) {
    if (!(error instanceof GitprocError)) throw error
    return { ...made, trouble: { code: error.code, text: error.message, remedy: error.remedy } }
  }
}

/** Keys of the remote as they were given on the command line, in the order of the table. */
const remoteSettings = (flags: Readonly<Record<string, unknown>>): readonly [ConfigKeyName, string][] =>
  (Object.keys(configKeys) as ConfigKeyName[])
    .filter((key) => /^(remote|proxy)(_|$)/.test(key) || key === 'watch_branch' || key === 'path')
    .flatMap((key) => {
      const value = flags[key.replaceAll('_', '-')]
      return typeof value === 'string' ? [[key, value] as [ConfigKeyName, string]] : []
    })

/** Adds them to the file, which is made if missing. Fails `config/invalid` where it says something else already. */
const writeSettings = (file: string, settings: readonly [ConfigKeyName, string][]): void => {
  const text = existsSync(file) ? readFileSync(file, 'utf8') : ''
  const present = readSettings(file)
  const other = settings.find(([key, value]) => present[key] !== undefined && present[key] !== value)
  if (other !== undefined) throw saysOtherwise(file, other[0])
  const lines = settings
    .filter(([key]) => present[key] === undefined)
    .map(([key, value]) => `${key} = ${value}\n`)
  if (lines.length === 0) return
  mkdirSync(dirname(file), { recursive: true })
  // In front, where no section has begun yet.
  writeFileSync(file, lines.join('') + text)
}

const saysOtherwise = (file: string, key: string): GitprocError =>
  new GitprocError('config/invalid', `${file} has another ${key} already; it stays as it is`, {
    remedy: `change ${key} in ${file}`,
  })
