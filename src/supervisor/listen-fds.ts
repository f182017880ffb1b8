/** The sockets that a service is given when it starts, and the variables that tell it so (sd_listen_fds(3)). */
import type { ServiceSettings } from '../units/directives/tables.ts'
import type { UnitName } from '../units/unit.ts'
import { ownPid } from './launch/own-pid.ts'
import type { OtherUnit } from './other-unit.ts'
import { SocketUnit } from './socket-unit.ts'

export interface PassedSockets {
  readonly fds: readonly number[]
  readonly environment: Readonly<Record<string, string>>
  /** Of an accepted connection: what is told of it, as a standard stream too (REMOTE_ADDR=). */
  readonly connection?: Readonly<Record<string, string>>
}

interface Surroundings {
  readonly units: Iterable<OtherUnit>
  /** What it has left with us (FDSTORE=1): behind its sockets. */
  readonly stored: readonly { readonly fd: number; readonly name: string }[]
}

export const noSockets: PassedSockets = { fds: [], environment: {} }

/** Of the socket units that start it or that its Sockets= names: in the order of their names, and of the addresses in each. */
export const socketsFor = (
  service: UnitName,
  { NonBlocking: isNonBlocking, Sockets }: Pick<ServiceSettings, 'NonBlocking' | 'Sockets'>,
  { units, stored }: Surroundings,
): PassedSockets => {
  const isFor = (unit: SocketUnit): boolean => unit.service === service || Sockets.includes(unit.name)
  const its = [...units]
    .filter((unit): unit is SocketUnit => unit instanceof SocketUnit)
    .filter((unit) => unit.definition.socket?.Accept !== true && isFor(unit))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
  const named = its.flatMap((unit) => {
    const name = unit.definition.socket?.FileDescriptorName ?? unit.name
    unit.sockets?.setNonBlocking(isNonBlocking)
    return (unit.sockets?.fds ?? []).map((fd) => ({ fd, name }))
  })
  const all = [...named, ...stored]
  return all.length === 0 ? noSockets : announced(all)
}

/** `$LISTEN_FDS` and its kin. */
export const announced = (
  named: readonly { readonly fd: number; readonly name: string }[],
): PassedSockets => ({
  fds: named.map(({ fd }) => fd),
  environment: {
    LISTEN_PID: ownPid,
    LISTEN_FDS: String(named.length),
    LISTEN_FDNAMES: named.map(({ name }) => name).join(':'),
  },
})
