/** Paths below which things must be mounted before a unit can run: those written, and those that follow. */

import type { PathSettings, ProcessSettings, SocketSettings } from '../directives/tables.ts'
import type { LoadedUnit } from '../loaded-unit.ts'
import { simplifiedPath } from '../value-types/path.ts'
import { impliedProtection } from './implied.ts'

export const mountPaths = (loaded: LoadedUnit): readonly string[] => [
  ...new Set([...loaded.unit.RequiresMountsFor, ...pathsOfType(loaded)]),
]

const pathsOfType = (loaded: LoadedUnit): readonly string[] => {
  switch (loaded.type) {
    case 'service':
      return loaded.service ? pathsOfProcess(loaded.service) : []
    case 'socket':
      return loaded.socket
        ? [
            ...pathsOfSocket(loaded.socket),
            ...(runsCommands(loaded.socket) ? pathsOfProcess(loaded.socket) : []),
          ]
        : []
    case 'timer':
      return loaded.timer?.Persistent ? ['/var/lib/systemd/timers'] : []
    case 'path':
      return loaded.path ? pathsOfWatches(loaded.path) : []
    case 'mount':
      return loaded.mount ? [...parentOf(loaded.mount.Where), ...pathsOfProcess(loaded.mount)] : []
    case 'automount':
      return parentOf(loaded.automount?.Where)
    default:
      return []
  }
}

const pathsOfProcess = (settings: ProcessSettings): readonly string[] => {
  const { WorkingDirectory: folder } = settings
  const below = (parent: string, directories: ProcessSettings['StateDirectory']): readonly string[] =>
    directories.map(({ path }) => `${parent}/${path}`)
  return [
    ...(folder === undefined || folder.isHome || folder.optional ? [] : [folder.path]),
    ...(settings.RootDirectory === undefined ? [] : [settings.RootDirectory]),
    ...(settings.RootImage === undefined ? [] : [settings.RootImage]),
    ...below('/run', settings.RuntimeDirectory),
    ...below('/var/lib', settings.StateDirectory),
    ...below('/var/cache', settings.CacheDirectory),
    ...below('/var/log', settings.LogsDirectory),
    ...below('/etc', settings.ConfigurationDirectory),
    ...(impliedProtection(settings).PrivateTmp ? ['/var/tmp'] : []),
  ]
}

const pathsOfSocket = ({ Listen }: SocketSettings): readonly string[] =>
  Listen.flatMap(({ kind, address }) =>
    address.startsWith('/') && kind !== 'MessageQueue' ? [simplifiedPath(address)] : [],
  )

const runsCommands = (socket: SocketSettings): boolean =>
  [socket.ExecStartPre, socket.ExecStartPost, socket.ExecStopPre, socket.ExecStopPost].some(
    (commands) => commands.length > 0,
  )

const pathsOfWatches = ({ Paths }: PathSettings): readonly string[] => Paths.map(({ path }) => path)

const parentOf = (path: string | undefined): readonly string[] =>
  path === undefined || path === '/' ? [] : [path.slice(0, path.lastIndexOf('/')) || '/']
