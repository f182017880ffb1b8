/** The sockets that a service is given when it starts, and the variables that tell it so (sd_listen_fds(3)). */
import type { UnitName } from '../units/unit.ts'
import type { OtherUnit } from './other-unit.ts'
import { ownPid } from './own-pid.ts'
import { SocketUnit } from './socket-unit.ts'

export interface PassedSockets {
  readonly fds: readonly number[]
  readonly environment: Readonly<Record<string, string>>
  /** Of an accepted connection: what is told of it, as a standard stream too (REMOTE_ADDR=). */
  readonly connection?: Readonly<Record<string, string>>
}

export const noSockets: PassedSockets = { fds: [], environment: {} }

/** In the order of the socket units' names, and of the addresses in each. */
export const socketsFor = (
  service: UnitName,
  isNonBlocking: boolean,
  units: Iterable<OtherUnit>,
): PassedSockets => {
  const its = [...units]
    .filter((unit): unit is SocketUnit => unit instanceof SocketUnit && unit.service === service)
    .sort((a, b) => (a.name < b.name ? -1 : 1))
  const named = its.flatMap((unit) => {
    const name = unit.definition.socket?.FileDescriptorName ?? unit.name
    unit.sockets?.setNonBlocking(isNonBlocking)
    return (unit.sockets?.fds ?? []).map((fd) => ({ fd, name }))
  })
  if (named.length === 0) return noSockets
  return {
    fds: named.map(({ fd }) => fd),
    environment: {
      LISTEN_PID: ownPid,
      LISTEN_FDS: String(named.length),
      LISTEN_FDNAMES: named.map(({ name }) => name).join(':'),
    },
  }
}
