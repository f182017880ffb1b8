/** Failures as answers: each code has its HTTP status; what has none is a bug of ours and says only that. */
import type { Diagnostic } from '../base/diagnostic.ts'
import { type ErrorCode, GitprocError } from '../base/error.ts'
import type { ErrorAnswer } from './contract.ts'

export interface FailedAnswer {
  readonly status: number
  readonly body: ErrorAnswer
}

/** Codes that are the caller's to mend; every other one is 500, or 503 where trying later may help. */
const statusOfCode: Partial<Record<ErrorCode, number>> = {
  'api/bad-request': 400,
  'api/forbidden': 403,
  'units/unknown': 404,
  'git/bad-revision': 404,
  'git/no-branch': 409,
  'git/no-commit': 409,
  'git/dirty-work-tree': 409,
  'git/moved': 409,
  'git/unreachable': 503,
  'git/unauthorized': 502,
  'git/host-key': 502,
  'git/certificate': 502,
  'git/protocol': 502,
  'git/too-large': 502,
  'git/rejected': 502,
  'plan/nothing': 409,
  'plan/moved': 409,
  'plan/waits': 409,
  'supervisor/held': 409,
  'executor/input': 409,
  'units/refused': 422,
}

export const failedAnswer = (error: unknown): FailedAnswer => {
  if (!(error instanceof GitprocError)) return bug
  const { code, message, remedy, retry, data } = error
  const diagnostics = data['diagnostics'] as readonly Diagnostic[] | undefined
  return {
    status: statusOfCode[code] ?? (retry === 'later' ? 503 : 500),
    body: { error: { code, message, remedy, ...(diagnostics ? { diagnostics } : {}) } },
  }
}

/** Nothing of an unexpected error goes out: its message may hold what is nobody's business. The daemon's log has it. */
const bug: FailedAnswer = {
  status: 500,
  body: {
    error: {
      code: 'bug',
      message: 'the daemon failed at this request',
      remedy: "the daemon's own log says where",
    },
  },
}
