/** Properties of the folders and credentials that are made for a service. */

import { encodeBytes } from '../../base/lossless-text.ts'
import type { ProcessSettings } from '../directives/tables.ts'
import type { ServiceDirectory } from '../values.ts'
import { octal, type Properties } from './form.ts'

export const directoryProperties = (settings: ProcessSettings): Properties => ({
  RuntimeDirectory: paths(settings.RuntimeDirectory),
  RuntimeDirectoryMode: octal(settings.RuntimeDirectoryMode),
  RuntimeDirectoryPreserve: settings.RuntimeDirectoryPreserve,
  StateDirectory: paths(settings.StateDirectory),
  StateDirectoryMode: octal(settings.StateDirectoryMode),
  LogsDirectory: paths(settings.LogsDirectory),
  LogsDirectoryMode: octal(settings.LogsDirectoryMode),
  CacheDirectory: paths(settings.CacheDirectory),
  CacheDirectoryMode: octal(settings.CacheDirectoryMode),
  ConfigurationDirectory: paths(settings.ConfigurationDirectory),
  ConfigurationDirectoryMode: octal(settings.ConfigurationDirectoryMode),
  SetCredential: settings.SetCredential.map(({ name, text }) => [name, [...encodeBytes(text)]]),
  LoadCredential: settings.LoadCredential.map(({ name, path }) => [name, path]),
  ...symlinks('Runtime', settings.RuntimeDirectory),
  ...symlinks('State', settings.StateDirectory),
  ...symlinks('Cache', settings.CacheDirectory),
  ...symlinks('Logs', settings.LogsDirectory),
})

const paths = (directories: readonly ServiceDirectory[]): readonly string[] =>
  directories.map(({ path }) => path)

/** Shown only where there are any. */
const symlinks = (kind: string, directories: readonly ServiceDirectory[]): Properties => {
  const links = directories.flatMap(({ path, links: names }) => names.map((name) => [path, name, 0]))
  return links.length === 0 ? {} : { [`${kind}DirectorySymlink`]: links }
}
