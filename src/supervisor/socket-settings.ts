/** A socket unit's settings as its policy, its owner, and what of it gitproc does not do. */
import type { SocketPolicy } from '../lifecycle/socket.ts'
import type { SocketSettings } from '../units/directives/tables.ts'
import type { LoadedUnit } from '../units/loaded-unit.ts'
import { activatedUnitOf } from './other-unit.ts'
import type { SupervisorPorts } from './ports.ts'
import type { SocketOwner } from './sockets/held-sockets.ts'

/** The limits are systemd's: more where each connection has a service of its own. */
export const socketPolicyOf = ({ socket }: LoadedUnit): SocketPolicy => ({
  triggerLimit: {
    intervalMs: (socket?.TriggerLimitIntervalSec ?? 2e6) / 1000,
    burst: socket?.TriggerLimitBurst ?? (socket?.Accept ? 200 : 20),
  },
  flushesPending: socket?.FlushPending ?? false,
  accepts: socket?.Accept ?? false,
})

/** Why the unit can't be started at all; undefined where it can. */
export const whyNotListening = (unit: LoadedUnit, isServiceKnown: boolean): string | undefined => {
  if (isServiceKnown) return undefined
  const wanted = activatedUnitOf(unit)
  return unit.socket?.Accept === true
    ? `there is no template ${wanted.replace(/@.*\.service$/, '@.service')} for its connections`
    : `there is no unit ${wanted} to start`
}

/** Throws an Error where there is no such user or group. */
export const ownerOfSocket = async (
  { SocketUser, SocketGroup }: SocketSettings,
  { accounts, hostFacts }: SupervisorPorts,
): Promise<SocketOwner> => {
  const { user: self } = await hostFacts()
  const user = SocketUser === undefined ? undefined : await accounts.user(SocketUser)
  if (SocketUser !== undefined && user === undefined)
    throw new Error(`SocketUser=${SocketUser}: there is no such user`)
  const gid = SocketGroup === undefined ? (user?.gid ?? self.gid) : await accounts.group(SocketGroup)
  if (gid === undefined) throw new Error(`SocketGroup=${SocketGroup}: there is no such group`)
  return { uid: user?.uid ?? self.uid, gid }
}
