/** `--at TIME`: what was in force then, as the daemon's records have it. */
import type { AtAnswer } from '../api/contract.ts'
import { GitprocError } from '../base/error.ts'
import { print, printJson, type Session } from './gitproc-command.ts'
import { pastMoment } from './past-moment.ts'
import { renderAt } from './render/at.ts'
import { fullName } from './render/words.ts'

export const askAt = ({ daemon, look }: Pick<Session, 'daemon' | 'look'>, text: string): Promise<AtAnswer> =>
  daemon.get<AtAnswer>(`/v1/at?time=${pastMoment('--at', text, look.nowMs)}`)

export const showAllAt = async (session: Session, text: string): Promise<void> => {
  const answer = await askAt(session, text)
  if (session.isJson) printJson(answer)
  else print(renderAt(answer, session.look))
}

/** The commit whose definition of the unit was in force. Fails `units/unknown`. */
export const revisionAt = async (session: Session, name: string, text: string): Promise<string> => {
  const { units } = await askAt(session, text)
  const unit = units.find((each) => each.name === fullName(name))
  if (unit !== undefined) return unit.revision
  throw new GitprocError('units/unknown', `no unit called ${fullName(name)} was in force then`, {
    remedy: `gitproc status --at "${text}" shows those that were`,
  })
}
