/** Whether and when a service that ended by itself is started again (systemd.service(5), Restart=). */
import { isIn } from './exit-verdict.ts'
import type { RestartMode, RestartPolicy, ServicePolicy } from './service-policy.ts'
import type { ServiceResult } from './service-result.ts'
import type { ServiceState } from './service-state.ts'

type RestartColumn = 'clean' | 'unclean-status' | 'unclean-signal' | 'timeout' | 'watchdog' | 'unknown'

/** The man page's table, one row per mode; `unknown` is ours: an ending that nobody saw is no clean one. */
const restartsOn: Readonly<Record<RestartMode, readonly RestartColumn[]>> = {
  no: [],
  'on-success': ['clean'],
  'on-failure': ['unclean-status', 'unclean-signal', 'timeout', 'watchdog', 'unknown'],
  'on-abnormal': ['unclean-signal', 'timeout', 'watchdog', 'unknown'],
  'on-watchdog': ['watchdog'],
  'on-abort': ['unclean-signal'],
  always: ['clean', 'unclean-status', 'unclean-signal', 'timeout', 'watchdog', 'unknown'],
}

const columns: Readonly<Record<ServiceResult, RestartColumn | undefined>> = {
  success: 'clean',
  'exit-code': 'unclean-status',
  signal: 'unclean-signal',
  'core-dump': 'unclean-signal',
  'oom-kill': 'timeout', // as systemd has it: on-abnormal restarts it, on-abort does not
  timeout: 'timeout',
  watchdog: 'watchdog',
  protocol: 'timeout',
  resources: 'timeout',
  'start-limit-hit': undefined,
  'exec-condition': undefined,
  health: 'watchdog',
  unknown: 'unknown',
}

/** Only for a run that nobody asked to end. */
export function shallRestart(state: ServiceState, policy: ServicePolicy): boolean {
  const { restart } = policy
  if (state.mainExit !== undefined && isIn(restart.preventExitStatus, state.mainExit)) return false
  if (state.mainExit !== undefined && isIn(restart.forceExitStatus, state.mainExit)) return true
  if (state.result === 'health') return isCuredByRestart(policy)
  const column = columns[state.result]
  return column !== undefined && restartsOn[restart.mode].includes(column)
}

const isCuredByRestart = ({ health }: ServicePolicy): boolean =>
  health?.whenUnhealthy !== 'report' && health?.whenUnhealthy !== 'stop'

/** RestartSec=, growing by equal factors to RestartMaxDelaySec= within RestartSteps= restarts (systemd.service(5)). */
export function restartDelayMs(streak: number, restart: RestartPolicy): number {
  const { delayMs, maxDelayMs, steps } = restart
  const grows = steps > 0 && Number.isFinite(maxDelayMs) && maxDelayMs > delayMs
  if (!grows || streak < 1) return delayMs
  if (streak >= steps) return maxDelayMs
  const first = Math.max(delayMs, 0.001)
  return Math.round(first * (maxDelayMs / first) ** (streak / steps))
}

/** A run this long was a good one: the delays begin at RestartSec= again (systemd never lets them). */
export const goodRunMs = (policy: ServicePolicy): number =>
  Math.max(10_000, finite(policy.restart.maxDelayMs), policy.restart.delayMs, policy.startLimit.intervalMs)

const finite = (ms: number): number => (Number.isFinite(ms) ? ms : 0)
