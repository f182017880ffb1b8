/** Open files that services are given when they start: sockets, single connections, and what they have left with us before. */
import type { UnitName } from '../units/unit.ts'
import { Connections, type ConnectionsHost } from './connections.ts'
import { type PassedSockets, socketsFor } from './listen-fds.ts'
import { FdStore } from './notify/fd-store.ts'
import type { SupervisorPorts } from './ports.ts'
import type { ServiceUnit } from './service-unit.ts'
import type { UnitTable } from './unit-table.ts'

type Host = Pick<ConnectionsHost, 'define' | 'undefine' | 'start'>

export class PassedFiles {
  readonly connections: Connections
  readonly fdStore: FdStore
  readonly #units: UnitTable

  constructor(ports: SupervisorPorts, units: UnitTable, host: Host) {
    this.#units = units
    this.connections = new Connections({ ...host, ports, unit: (name) => units.findService(name) })
    this.fdStore = new FdStore(ports)
  }

  of({ name, definition }: ServiceUnit): PassedSockets {
    const around = { units: this.#units.others(), stored: this.fdStore.of(name) }
    return this.connections.socketsOf(name) ?? socketsFor(name, definition.service!, around)
  }

  changed(unit: ServiceUnit): void {
    this.connections.changed(unit)
    this.fdStore.changed(unit)
  }

  /** When all services have been taken over. */
  adopt(): void {
    for (const unit of this.#units.services()) this.fdStore.adopt(unit)
    this.connections.sweep()
  }

  forget(name: UnitName): void {
    this.fdStore.forget(name)
  }

  close(): void {
    this.connections.close()
    this.fdStore.close()
  }
}
