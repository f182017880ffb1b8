/** What cancel, confirm, suspend and resume have in common: asking the daemon, and saying what is so now. */
import type { OperationAnswer } from '../api/requests.ts'
import { exitStatuses } from './exit-status.ts'
import { print, printJson, type Session } from './gitproc-command.ts'
import { whoAsks } from './who.ts'

/** Gives the exit status. */
export const runOperation = async (
  path: string,
  request: object,
  { daemon, isJson }: Session,
): Promise<number> => {
  const answer = await daemon.post<OperationAnswer>(path, { ...request, who: whoAsks() })
  if (isJson) printJson(answer)
  else print([`${answer.text}${answer.remedy === undefined ? '' : `   ${answer.remedy}`}`])
  return exitStatuses.done.status
}
