/** What the executor reports, as events of the table; undefined where it is about something that does not count any more. */
import type { ProcessEvent, ProcessKey } from '../executor/executor.ts'
import type { ServiceEvent } from '../lifecycle/events.ts'
import type { ServiceState } from '../lifecycle/service-state.ts'

export const unitOf = (event: ProcessEvent): string => ('key' in event ? event.key.unit : event.unit)

export function serviceEventOf(event: ProcessEvent, state: ServiceState): ServiceEvent | undefined {
  switch (event.kind) {
    case 'empty':
      return { kind: 'empty' }
    case 'oom-kill':
      return { kind: 'oom-killed' }
    case 'limit-changed':
      return undefined
    case 'execed':
      return ownerOf(event.key, state) === 'main' ? { kind: 'main-execed' } : undefined
    case 'spawned': {
      const owner = ownerOf(event.key, state)
      return owner && { kind: `${owner}-spawned`, process: event.process }
    }
    case 'exited': {
      const owner = ownerOf(event.key, state)
      return owner && { kind: `${owner}-exited`, record: event.record }
    }
  }
}

/** Which of the unit's processes a directory belongs to: earlier invocations and finished commands are nobody's. */
export function ownerOf(key: ProcessKey, state: ServiceState): 'main' | 'control' | undefined {
  if (key.invocationId !== state.invocation?.id) return undefined
  if (state.main?.role === key.role) return 'main'
  return state.control?.role === key.role ? 'control' : undefined
}
