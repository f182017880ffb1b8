/** The text of sd_notify(3): lines NAME=value, to events of the table. */
import type { ProcessId } from '../../base/process-id.ts'
import type { ServiceEvent } from '../../lifecycle/events.ts'
import type { NotifyAccess } from '../../lifecycle/service-policy.ts'
import type { ServiceState } from '../../lifecycle/service-state.ts'

/** Who sent it, as the kernel says. */
export interface Sender {
  readonly pid: number
  readonly uid: number
}

/** In the order in which they are to be fed: the main process before it is called ready, the status first of all. */
export function notifyEvents(text: string, identify: (pid: number) => ProcessId | undefined): ServiceEvent[] {
  const fields = notifyFields(text)
  const events: ServiceEvent[] = []
  const status = fields.get('STATUS')
  if (status !== undefined) events.push({ kind: 'notified-status', text: status })
  const mainPid = fields.get('MAINPID')
  const main = mainPid !== undefined && /^\d+$/.test(mainPid) ? identify(Number(mainPid)) : undefined
  if (main !== undefined) events.push({ kind: 'notified-main', process: main })
  const extend = fields.get('EXTEND_TIMEOUT_USEC')
  if (extend !== undefined && /^\d+$/.test(extend)) {
    events.push({ kind: 'notified-extend', byMs: Number(extend) / 1000 })
  }
  if (fields.get('RELOADING') === '1') events.push({ kind: 'notified-reloading' })
  if (fields.get('READY') === '1') events.push({ kind: 'notified-ready' })
  if (fields.get('STOPPING') === '1') events.push({ kind: 'notified-stopping' })
  if (fields.get('WATCHDOG') === '1') events.push({ kind: 'notified-alive' })
  if (fields.get('WATCHDOG') === 'trigger') events.push({ kind: 'notified-watchdog-trigger' })
  return events
}

/** The lines NAME=value of a message. */
export function notifyFields(text: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>()
  for (const line of text.split('\n')) {
    const equals = line.indexOf('=')
    if (equals > 0) fields.set(line.slice(0, equals), line.slice(equals + 1))
  }
  return fields
}

/** NotifyAccess= (systemd.service(5)). `isOfUnit`: the sender is in the unit's cgroup, or of its session. */
export function mayNotify(
  sender: Sender,
  state: ServiceState,
  access: NotifyAccess,
  isOfUnit: boolean,
): boolean {
  switch (access) {
    case 'none':
      return false
    case 'main':
      return sender.pid === state.main?.process?.pid
    case 'exec':
      return sender.pid === state.main?.process?.pid || sender.pid === state.control?.process?.pid
    case 'all':
      return isOfUnit
  }
}
