/** What the health check of a unit asks, as its present definition says. */
import { serviceOf } from '../launch/launch-spec-of.ts'
import type { Preparer } from '../launch/prepare-launch.ts'
import type { ServiceUnit } from '../service-unit.ts'
import type { ProbeSpec } from './probe.ts'

/** Of several kinds the first counts: URL, TCP, command. */
export async function probeSpecOf(unit: ServiceUnit, preparer: Preparer): Promise<ProbeSpec> {
  const service = serviceOf(unit.definition)
  if (service.HealthCheckURL !== undefined) {
    const {
      HealthCheckURL: url,
      HealthCheckExpectedStatus: statuses,
      HealthCheckExpectedBody: body,
    } = service
    return { kind: 'http', url, statuses, body }
  }
  if (service.HealthCheckTCP !== undefined) return { kind: 'tcp', ...service.HealthCheckTCP }
  const command = service.HealthCheckExec[0]
  if (command === undefined) throw new Error('it has no health check any more')
  const { identity, environment } = await preparer.context(unit)
  const { path, argv } = await preparer.resolve(command, environment)
  const { uid, gid } = identity
  const workingDirectory = service.WorkingDirectory?.isHome === false ? service.WorkingDirectory.path : '/'
  return { kind: 'exec', command: { path, argv, environment, uid, gid, workingDirectory } }
}
