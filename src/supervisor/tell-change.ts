/** One line for one transition, in the daemon's log; and inline in the unit's own log where a reader of it cares. */
import type { Log } from '../base/log.ts'
import type { ServiceState } from '../lifecycle/service-state.ts'
import type { SubState } from '../lifecycle/sub-state.ts'
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

/** States in which a run is over or ends: what they say of one that failed is its crash. */
const endings: ReadonlySet<SubState> = new Set<SubState>([
  'stop-watchdog',
  'stop-sigterm',
  'stop-sigkill',
  'final-sigkill',
  'failed',
  'auto-restart',
])

const isTransient = (state: SubState): boolean => transient.has(state)

export function tellChange(unit: ServiceUnit, before: ServiceState, log: Log): void {
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
}

export interface ChangeNote {
  readonly text: string
  readonly isCrash: boolean
}

/** What a reader of the unit's own log has not been told yet; `told` is the last reason that was. */
export const noteOfChange = (
  { state, reason, result }: Pick<ServiceState, 'state' | 'reason' | 'result'>,
  before: Pick<ServiceState, 'state'>,
  told: string | undefined,
): ChangeNote | undefined => {
  if (isTransient(state) || state === before.state) return undefined
  const isCrash = endings.has(state) && result !== 'success' && result !== 'exec-condition'
  if (told === reason) return undefined
  const isContinued = told !== undefined && reason.startsWith(`${told}; `)
  return { text: isContinued ? reason.slice(told.length + 2) : reason, isCrash }
}
