/** `gitproc analyze security`: asks the daemon, which sees the processes; or reads unit files alone. */
import type { UnitSecurity } from '../api/contract.ts'
import { GitprocError } from '../base/error.ts'
import { assess } from '../units/security/assess.ts'
import { exitStatuses } from './exit-status.ts'
import { print, printJson, type Session } from './gitproc-command.ts'
import { missing, renderSecurity, renderSecurityOfAll } from './render/security.ts'
import { fullName } from './render/words.ts'
import { findUnit } from './unit-source.ts'

export interface SecurityWish {
  /** None: all services. */
  readonly names: readonly string[]
  /** A folder of unit files instead of the daemon. */
  readonly path: string | undefined
  /** More than that is a failure. */
  readonly maxExposure: number | undefined
}

/** Status 1: something that is asked for is not in force, or a service is more exposed than it may be. */
export async function analyzeSecurity(wish: SecurityWish, session: Session): Promise<number> {
  const answers = await answersTo(wish, session)
  const isOne = wish.names.length === 1
  if (session.isJson) printJson(isOne ? answers[0] : answers)
  else if (wish.names.length === 0) print(renderSecurityOfAll(answers, session.look))
  else
    print(
      answers.flatMap((answer, index) => [...(index > 0 ? [''] : []), ...renderOne(answer, wish, session)]),
    )
  const { maxExposure = 10 } = wish
  const isFine = answers.every((answer) => missing(answer).length === 0 && answer.exposure <= maxExposure)
  return isFine ? exitStatuses.done.status : exitStatuses.failed.status
}

const renderOne = (answer: UnitSecurity, { path }: SecurityWish, { look }: Session) => {
  const nobody = path === undefined ? 'it does not run: as its definition says' : 'as its file says'
  return renderSecurity(answer, answer.mainPid === undefined ? nobody : `process ${answer.mainPid}`, look)
}

async function answersTo(
  { names, path }: SecurityWish,
  { daemon, config }: Session,
): Promise<readonly UnitSecurity[]> {
  if (path !== undefined && names.length === 0)
    throw new GitprocError('cli/usage', '--path wants the name of a unit, too')
  if (path === undefined && names.length === 0) return daemon.get<readonly UnitSecurity[]>('/v1/security')
  return Promise.all(
    names.map(async (name) => {
      if (path === undefined)
        return daemon.get<UnitSecurity>(`/v1/units/${encodeURIComponent(fullName(name))}/security`)
      const { unit } = await findUnit({ name, path, revision: undefined }, config)
      if (unit.service === undefined) throw new GitprocError('cli/usage', `${unit.name} is no service`)
      return { unit: unit.name, mainPid: undefined, ...assess(unit.service) }
    }),
  )
}
