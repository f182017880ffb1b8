/** GET /v1/security and /v1/units/NAME/security: what is in force for services, and what is not. */
import type { Controller } from '../controller/controller-port.ts'
import type { UnitSecurity } from './contract.ts'
import { badRequest } from './request-body.ts'

export interface SecurityContext {
  readonly controller: Pick<Controller, 'status' | 'unit'>
  /** Undefined for what is no service. */
  readonly security: (unit: string) => Promise<UnitSecurity | undefined>
}

/** Fails `units/unknown`; `api/bad-request` for what has no process of its own. */
export async function unitSecurityAnswer(name: string, context: SecurityContext): Promise<UnitSecurity> {
  const unit = await context.controller.unit(name)
  const answer = await context.security(unit.name)
  if (answer === undefined) throw badRequest(`${unit.name} is no service: there is no process to look at`)
  return answer
}

/** The most exposed first. */
export async function securityAnswer({
  controller,
  security,
}: SecurityContext): Promise<readonly UnitSecurity[]> {
  const { units } = await controller.status()
  const answers = await Promise.all(units.map(({ name }) => security(name)))
  const services = answers.filter((answer) => answer !== undefined)
  return services.sort((a, b) => b.exposure - a.exposure || a.unit.localeCompare(b.unit))
}
