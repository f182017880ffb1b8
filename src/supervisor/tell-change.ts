/** One line for one transition, in the daemon's log; and inline in the unit's own log where a reader of it cares. */
import type { ServiceState } from '../lifecycle/service-state.ts'
import type { SubState } from '../lifecycle/sub-state.ts'
import type { SupervisorPorts } from './ports.ts'
import type { ServiceUnit } from './service-unit.ts'

/** States that a unit goes through on its way, by itself and soon. */
const transient: ReadonlySet<SubState> = new Set<SubState>([
  'condition',
  'start-pre',
  'start-post',
  'stop-post',
  'final-watchdog',
  'final-sigterm',
])

const isTransient = (state: SubState): boolean => transient.has(state)

export function tellChange(
  unit: ServiceUnit,
  before: ServiceState,
  { log, logs }: Pick<SupervisorPorts, 'log' | 'logs'>,
): void {
  const { state, reason, cause, invocation } = unit.state
  const fields = {
    unit: unit.name,
    from: before.state,
    to: state,
    reason,
    cause: cause?.kind,
    revision: invocation?.revision,
  }
  const isSilent = isTransient(state) || (state === before.state && reason === before.reason)
  if (isSilent) log.debug('unit changed state', fields)
  else if (state === 'failed' && before.state !== 'failed') log.error('unit failed', fields)
  else log.info('unit changed state', fields)
  if (isTransient(state) || state === before.state) return
  const isCrash = (state === 'failed' || state === 'auto-restart') && unit.state.result !== 'success'
  if (isCrash) logs.note(unit.name, reason, 'crash')
  else logs.note(unit.name, reason)
}
