/** Limits that somebody changed by hand: they are put back, and that is said. */
import type { ProcessEvent } from '../executor/executor.ts'
import { cgroupSpecOf, directiveOf } from './launch/cgroup-settings.ts'
import type { SupervisorPorts } from './ports.ts'
import type { ServiceUnit } from './service-unit.ts'
import { mayHaveProcesses } from './status-of.ts'

export function tellDrift(event: ProcessEvent, { log, logs }: Pick<SupervisorPorts, 'log' | 'logs'>): void {
  if (event.kind !== 'limit-changed') return
  const { unit, file, found } = event
  const directive = `${directiveOf(file)}=`
  log.warn('a limit was changed by hand and has been put back', { unit, directive, file, found })
  if (unit.endsWith('.service'))
    logs.note(unit, `${directive} was changed by hand (${file}: ${found}) and has been put back`)
}

/** What was changed while no daemon was there; from now on the executor notices. */
export async function restoreLimits(
  services: Iterable<ServiceUnit>,
  { executor, hostFacts }: Pick<SupervisorPorts, 'executor' | 'hostFacts'>,
): Promise<void> {
  const facts = await hostFacts()
  for (const unit of services) {
    if (!mayHaveProcesses(unit)) continue
    const spec = cgroupSpecOf(unit.definition, facts)
    if (Object.keys(spec.settings).length > 0) await executor.applyCgroup(unit.name, spec)
  }
}
