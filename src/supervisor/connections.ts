/** Units of single connections (Accept=yes): made when somebody comes, forgotten when they have ended. */
import { closeSync } from 'node:fs'
import type { Cause } from '../base/cause.ts'
import { isDown } from '../lifecycle/outcome.ts'
import type { LogCapture } from '../logs/log-port.ts'
import { connectionModelName, connectionModelOf, connectionUnit } from '../units/connection-units.ts'
import type { SocketSettings } from '../units/directives/tables.ts'
import type { LoadedUnit } from '../units/loaded-unit.ts'
import type { UnitName } from '../units/unit.ts'
import { announced, type PassedSockets } from './listen-fds.ts'
import type { SupervisorPorts } from './ports.ts'
import type { ServiceUnit } from './service-unit.ts'
import type { AcceptedConnection, ConnectionEnd } from './sockets/held-sockets.ts'
import type { Outcome } from './supervisor-port.ts'

export interface ConnectionsHost {
  readonly ports: Pick<SupervisorPorts, 'log' | 'isHeld'>
  readonly unit: (name: UnitName) => ServiceUnit | undefined
  readonly define: (definition: LoadedUnit, revision: string) => void
  readonly undefine: (name: UnitName) => void
  readonly start: (name: UnitName, cause: Cause) => Promise<Outcome>
}

interface Live {
  readonly model: UnitName
  readonly source: string
  /** The daemon's own hold on it; undefined once the service has it. */
  connection: AcceptedConnection | undefined
}

export class Connections {
  readonly #host: ConnectionsHost
  readonly #live = new Map<UnitName, Live>()

  constructor(host: ConnectionsHost) {
    this.#host = host
  }

  count(socket: UnitName): number {
    return this.#of(socket).length
  }

  /** Starts the unit of a connection; or closes it, saying why. */
  begin(socket: UnitName, settings: SocketSettings, number: number, connection: AcceptedConnection): void {
    const refusal = this.#refusal(socket, settings, connection)
    if (refusal !== undefined) {
      this.#host.ports.log.warn('a connection was not taken', { unit: socket, why: refusal })
      closeSync(connection.fd)
      return
    }
    const model = this.#host.unit(connectionModelName(socket))!
    const name = nameOf(model.name, number, connection)
    this.#live.set(name, { model: model.name, source: sourceOf(connection.remote), connection })
    this.#host.define(connectionUnit(model.definition, name), model.revision)
    void this.#host.start(name, { kind: 'timer', text: `${sourceOf(connection.remote)} came to ${socket}` })
  }

  /** The units of connections that an earlier daemon has begun. */
  adopt(names: Iterable<UnitName>): void {
    for (const name of names) {
      const modelName = connectionModelOf(name)
      const model = modelName === undefined ? undefined : this.#host.unit(modelName)
      if (model === undefined || this.#host.unit(name) !== undefined) continue
      this.#live.set(name, { model: model.name, source: sourceIn(name), connection: undefined })
      this.#host.define(connectionUnit(model.definition, name), model.revision)
    }
  }

  /** What ended while there was no daemon. */
  sweep(): void {
    for (const name of [...this.#live.keys()]) {
      const unit = this.#host.unit(name)
      if (unit !== undefined) this.changed(unit)
    }
  }

  /** The one socket of a connection's unit. */
  socketsOf(service: UnitName): PassedSockets | undefined {
    const live = this.#live.get(service)
    if (live === undefined) return undefined
    if (live.connection === undefined) return { fds: [], environment: {} }
    const connection = remoteEnvironment(live.connection.remote)
    const passed = announced([{ fd: live.connection.fd, name: 'connection' }])
    return { ...passed, environment: { ...passed.environment, ...connection }, connection }
  }

  changed(unit: ServiceUnit): void {
    const live = this.#live.get(unit.name)
    if (live === undefined) return
    const isComing =
      unit.state.state === 'start' ||
      unit.state.state.startsWith('condition') ||
      unit.state.state === 'start-pre'
    if (!isComing && live.connection !== undefined) {
      closeSync(live.connection.fd)
      live.connection = undefined
    }
    if (isDown(unit.state)) void unit.settled().then(() => this.#end(unit))
  }

  /** The log of a connection's unit is that of their model: there is one for all of them. */
  sharing(logs: LogCapture): LogCapture {
    const nameOfLog = (name: UnitName): UnitName => this.#live.get(name)?.model ?? name
    return {
      open: (unit, ...settings) => logs.open(nameOfLog(unit), ...settings),
      mark: (unit, ...run) => logs.mark(nameOfLog(unit), ...run),
      note: (unit, ...event) => logs.note(nameOfLog(unit), ...event),
      release: (unit) => (this.#live.has(unit) ? undefined : logs.release(unit)),
      close: () => logs.close(),
    }
  }

  close(): void {
    for (const { connection } of this.#live.values()) if (connection !== undefined) closeSync(connection.fd)
    this.#live.clear()
  }

  #end({ name, state }: ServiceUnit): void {
    if (!isDown(state) || !this.#live.has(name)) return
    this.#host.undefine(name)
    this.#live.delete(name)
  }

  #of(socket: UnitName): readonly Live[] {
    const model = connectionModelName(socket)
    return [...this.#live.values()].filter((live) => live.model === model)
  }

  #refusal(socket: UnitName, settings: SocketSettings, { remote }: AcceptedConnection): string | undefined {
    const model = connectionModelName(socket)
    const source = sourceOf(remote)
    const others = this.#of(socket)
    const ofSource = others.filter((live) => live.source === source).length
    if (this.#host.unit(model) === undefined) return `there is no unit ${model}`
    if (this.#host.ports.isHeld(model)) return `${model} is held: gitproc resume ${model}`
    if (others.length >= settings.MaxConnections) return `there are ${others.length} (MaxConnections=)`
    const most = settings.MaxConnectionsPerSource
    return most > 0 && ofSource >= most
      ? `there are ${ofSource} from ${source} (MaxConnectionsPerSource=)`
      : undefined
  }
}

/** `echo@7-127.0.0.1:7-127.0.0.1:50000.service`, as systemd names them. */
const nameOf = (model: UnitName, number: number, { local, remote }: AcceptedConnection): UnitName =>
  model.replace(/@.*\.service$/, `@${[number, ...endsOf(local, remote)].join('-')}.service`)

const endsOf = (local: ConnectionEnd, remote: ConnectionEnd): readonly (string | number)[] => {
  if (remote.kind === 'unix') return remote.pid === undefined ? [] : [remote.pid, remote.uid ?? 0]
  if (local.kind !== 'internet' || remote.kind !== 'internet') return []
  return [`${local.address}:${local.port}`, `${remote.address}:${remote.port}`]
}

const sourceOf = (remote: ConnectionEnd): string => {
  if (remote.kind === 'internet') return remote.address
  return remote.kind === 'unix' && remote.uid !== undefined ? `uid ${remote.uid}` : 'somebody'
}

/** The same, out of the name of a unit. */
const sourceIn = (name: UnitName): string => {
  const internet = /-([^-]+):\d+\.service$/.exec(name)?.[1]
  const uid = /@\d+-\d+-(\d+)\.service$/.exec(name)?.[1]
  return internet ?? (uid === undefined ? 'somebody' : `uid ${uid}`)
}

const remoteEnvironment = (remote: ConnectionEnd): Readonly<Record<string, string>> => {
  if (remote.kind === 'internet') return { REMOTE_ADDR: remote.address, REMOTE_PORT: String(remote.port) }
  return remote.kind === 'unix' && remote.path !== '' ? { REMOTE_ADDR: remote.path } : {}
}
