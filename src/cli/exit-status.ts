/** Exit statuses of the command line. `docs/exit-statuses.md` is made from this list. */
import type { ErrorCode } from '../base/error.ts'

export const exitStatuses = {
  done: { status: 0, meaning: 'done; for `plan`: there is nothing to do' },
  failed: {
    status: 1,
    meaning: 'it failed: a unit did not become ready, unit files have errors, a request was refused',
  },
  changes: { status: 2, meaning: '`plan` only: there are changes' },
  unreachable: { status: 3, meaning: 'the daemon is not running' },
  unknown: { status: 4, meaning: 'no such unit, revision, branch or repository' },
  forbidden: { status: 5, meaning: 'no permission' },
  waits: {
    status: 6,
    meaning:
      '`sync`, `rollback`: it waits, and for what is said: `resume`, a sync window, `--prune`, `confirm` of another commit',
  },
  usage: { status: 64, meaning: 'the command line or the configuration makes no sense' },
} as const satisfies Record<string, { readonly status: number; readonly meaning: string }>

export type ExitName = keyof typeof exitStatuses

const namesByCode: Partial<Record<ErrorCode, ExitName>> = {
  'api/unreachable': 'unreachable',
  'units/unknown': 'unknown',
  'logs/unknown-unit': 'unknown',
  'logs/unknown-run': 'unknown',
  'git/bad-revision': 'unknown',
  'git/no-branch': 'unknown',
  'git/no-repository': 'unknown',
  'git/no-commit': 'unknown',
  'git/no-file': 'unknown',
  'api/forbidden': 'forbidden',
  'plan/waits': 'waits',
  'cli/usage': 'usage',
  'config/invalid': 'usage',
}

export const statusOfCode = (code: ErrorCode): number => exitStatuses[namesByCode[code] ?? 'failed'].status
