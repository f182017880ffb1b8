/** A loaded unit as systemd would show it: properties by name, dependencies by kind. Start reading here. */
import type { ProcessSettings } from '../directives/tables.ts'
import type { HostFacts } from '../host-facts.ts'
import type { LoadedUnit } from '../loaded-unit.ts'
import { pathProperties, timerProperties } from './activation.ts'
import { dependenciesOf, type ShownDependency } from './dependencies.ts'
import { directoryProperties } from './directories.ts'
import type { Properties } from './form.ts'
import { killProperties } from './kill.ts'
import { limitProperties } from './limits.ts'
import { mountProperties, swapProperties } from './mount.ts'
import { processProperties } from './process.ts'
import { resourceProperties } from './resource-control.ts'
import { sandboxProperties } from './sandbox.ts'
import { serviceProperties } from './service.ts'
import { socketProperties } from './socket.ts'
import { unitProperties } from './unit.ts'

export interface ShownUnit {
  readonly properties: Properties
  readonly dependencies: Readonly<Record<string, ShownDependency>>
}

export const showUnit = (loaded: LoadedUnit, host: HostFacts): ShownUnit => ({
  properties: { ...unitProperties(loaded), ...ownProperties(loaded, host) },
  dependencies: dependenciesOf(loaded),
})

const ownProperties = (loaded: LoadedUnit, host: HostFacts): Properties => {
  const { name, service, socket, timer, path, slice, mount, swap } = loaded
  if (service) return { ...runProperties(loaded, service, host), ...serviceProperties(service) }
  if (socket) return { ...runProperties(loaded, socket, host), ...socketProperties(name, socket) }
  if (mount) return { ...runProperties(loaded, mount, host), ...mountProperties(mount) }
  if (swap) return { ...runProperties(loaded, swap, host), ...swapProperties(swap) }
  if (timer) return timerProperties(name, timer)
  if (path) return pathProperties(name, path)
  return slice ? resourceProperties(loaded, slice, host) : {}
}

/** What all units have that run processes. */
const runProperties = (loaded: LoadedUnit, settings: ProcessSettings, host: HostFacts): Properties => ({
  ...processProperties(loaded, settings),
  ...killProperties(settings),
  ...resourceProperties(loaded, settings, host),
  ...directoryProperties(settings),
  ...sandboxProperties(loaded, settings),
  ...limitProperties(settings),
})
