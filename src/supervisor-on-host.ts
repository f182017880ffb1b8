/** The supervisor on a real host: its ports to accounts, conditions, probes, processes and sd_notify. */
import { join } from 'node:path'
import { judgeConditions } from './supervisor/check-conditions.ts'
import { HostConditionFacts } from './supervisor/condition-facts.ts'
import { probe } from './supervisor/health/other-probes.ts'
import { nssAccounts } from './supervisor/launch/accounts.ts'
import { createNamespaceFiles } from './supervisor/launch/namespace-files.ts'
import { createLocalTime } from './supervisor/local-time.ts'
import { tryNotifySocket } from './supervisor/notify/notify-socket.ts'
import { createPace } from './supervisor/pace.ts'
import { createPathHost } from './supervisor/paths/inotify-host.ts'
import type { SupervisorPorts } from './supervisor/ports.ts'
import { procFacts, readBootedAtMs, readBootMark } from './supervisor/process-facts.ts'
import { createSocketHost } from './supervisor/sockets/socket-host.ts'
import { createSupervisor, type RunningSupervisor } from './supervisor/supervisor.ts'
import { createWallAlarm } from './supervisor/wall-alarm.ts'

export interface HostSupervisorOptions
  extends Pick<
    SupervisorPorts,
    | 'executor'
    | 'logs'
    | 'log'
    | 'clock'
    | 'unitStates'
    | 'hostFacts'
    | 'isHeld'
    | 'isOnTrial'
    | 'newInvocationId'
  > {
  /** The socket of sd_notify lies in it: services of all users must be able to enter it. */
  readonly runDirectory: string
  readonly privatePids: 'auto' | 'yes' | 'no'
}

export const createHostSupervisor = async (options: HostSupervisorOptions): Promise<RunningSupervisor> => {
  const notify = tryNotifySocket(join(options.runDirectory, 'notify'))
  if ('reason' in notify) options.log.warn('services of Type=notify cannot run', { why: notify.reason })
  const { bootId, machineId } = await options.hostFacts()
  const startedAtMs = options.clock.now()
  return createSupervisor({
    ...options,
    notify,
    random: Math.random,
    accounts: nssAccounts,
    conditions: async (unit) =>
      judgeConditions(unit, new HostConditionFacts(await options.hostFacts(), process.env)),
    prober: probe,
    processFacts: procFacts,
    alarm: createWallAlarm(options.clock),
    localTime: createLocalTime(process.env),
    sockets: createSocketHost(),
    paths: createPathHost(),
    pace: createPace(),
    namespaceFiles: createNamespaceFiles(join(options.runDirectory, 'namespaces')),
    settings: {
      privatePids: options.privatePids,
      bootMark: readBootMark(bootId),
      machineId,
      bootedAtMs: readBootedAtMs(startedAtMs),
      startedAtMs,
      environment: process.env,
    },
  })
}
