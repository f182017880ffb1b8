/** The table of directives, put together: section → directive → row, and the settings that come of it. */
import type { DirectiveTable, SettingsOf } from '../directive.ts'
import type { UnitType } from '../unit.ts'
import { directoryDirectives } from './directories.ts'
import { execDirectives } from './exec.ts'
import { healthDirectives } from './health.ts'
import { inputPipeDirectives } from './input-pipe.ts'
import { installDirectives } from './install.ts'
import { killDirectives } from './kill.ts'
import { limitDirectives } from './limits.ts'
import { logFileDirectives } from './log-files.ts'
import { automountDirectives, mountDirectives, swapDirectives } from './mount.ts'
import { pathDirectives } from './path.ts'
import { resourceControlDirectives } from './resource-control.ts'
import { sandboxDirectives } from './sandbox.ts'
import { serviceDirectives } from './service.ts'
import { socketDirectives } from './socket.ts'
import { streamDirectives } from './streams.ts'
import { timerDirectives } from './timer.ts'
import { unitDirectives } from './unit.ts'

export { aliases } from './aliases.ts'

/** What every unit has that runs processes: services, sockets, mounts, swaps. */
const processDirectives = {
  ...execDirectives,
  ...streamDirectives,
  ...limitDirectives,
  ...directoryDirectives,
  ...sandboxDirectives,
  ...killDirectives,
  ...resourceControlDirectives,
} as const

const serviceTable = {
  ...processDirectives,
  ...serviceDirectives,
  ...healthDirectives,
  ...inputPipeDirectives,
  ...logFileDirectives,
} as const
const socketTable = { ...processDirectives, ...socketDirectives } as const
const mountTable = { ...processDirectives, ...mountDirectives } as const
const swapTable = { ...processDirectives, ...swapDirectives } as const
const scopeTable = {
  ...killDirectives,
  ...resourceControlDirectives,
  TimeoutStopSec: serviceDirectives.TimeoutStopSec,
  RuntimeMaxSec: serviceDirectives.RuntimeMaxSec,
  OOMPolicy: serviceDirectives.OOMPolicy,
} as const

export type UnitSettings = SettingsOf<typeof unitDirectives>
export type InstallSettings = SettingsOf<typeof installDirectives>
export type ServiceSettings = SettingsOf<typeof serviceTable>
export type TimerSettings = SettingsOf<typeof timerDirectives>
export type SocketSettings = SettingsOf<typeof socketTable>
export type PathSettings = SettingsOf<typeof pathDirectives>
export type SliceSettings = SettingsOf<typeof resourceControlDirectives>
export type MountSettings = SettingsOf<typeof mountTable>
export type AutomountSettings = SettingsOf<typeof automountDirectives>
export type SwapSettings = SettingsOf<typeof swapTable>
/** What units have in common that run processes. */
export type ProcessSettings = SettingsOf<typeof processDirectives>

export const sectionTables = {
  Unit: unitDirectives,
  Install: installDirectives,
  Service: serviceTable,
  Timer: timerDirectives,
  Socket: socketTable,
  Path: pathDirectives,
  Slice: resourceControlDirectives,
  Mount: mountTable,
  Automount: automountDirectives,
  Swap: swapTable,
  Scope: scopeTable,
} as const satisfies Readonly<Record<string, DirectiveTable>>

const ownSections: Readonly<Record<UnitType, readonly string[]>> = {
  service: ['Service'],
  timer: ['Timer'],
  socket: ['Socket'],
  path: ['Path'],
  slice: ['Slice'],
  mount: ['Mount'],
  automount: ['Automount'],
  swap: ['Swap'],
  scope: ['Scope'],
  target: [],
  device: [],
}

export const sectionsOf = (type: UnitType): readonly string[] => ['Unit', 'Install', ...ownSections[type]]
