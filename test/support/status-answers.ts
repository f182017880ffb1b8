/** Answers of the api as values, for tests of what is shown: a unit that runs, and changes to it. */
import type { StatusAnswer, UnitView } from '../../src/api/contract.ts'
import type { Revision } from '../../src/base/revision.ts'

/** The moment at which all these answers were given. */
export const nowMs = Date.UTC(2026, 2, 14, 14, 0, 0)
export const minuteMs = 60_000
export const dayMs = 1440 * minuteMs

export const revisionOf = (digits: string, subject: string, ageMs = 12 * minuteMs): Revision => ({
  sha: digits.padEnd(40, '0'),
  branch: 'main',
  subject,
  author: 'root',
  committedAtMs: nowMs - ageMs,
})

export const head = revisionOf('4f2c91a', 'raise worker pool')

export const unitOf = (name: string, changed: Partial<UnitView> = {}): UnitView => ({
  name,
  description: 'A service',
  activeState: 'active',
  subState: 'running',
  result: 'success',
  mainPid: 4711,
  invocationId: 'a'.repeat(32),
  sinceMs: nowMs - 12 * minuteMs,
  startedAtMs: nowMs - 12 * minuteMs,
  restarts: 0,
  lastExit: undefined,
  reason: '',
  nextEventAtMs: undefined,
  health: { state: 'none', detail: '', checkedAtMs: undefined },
  revision: head.sha,
  statusText: undefined,
  user: 'shop',
  memoryBytes: 84 * 2 ** 20,
  memoryPeakBytes: 97 * 2 ** 20,
  memoryMaxBytes: 256 * 2 ** 20,
  cpuUsageUsec: 22_320_000,
  tasks: 3,
  ioReadBytes: 4096,
  ioWriteBytes: 8192,
  notEnforced: [],
  hold: undefined,
  isWanted: true,
  changedIn: head,
  needs: [],
  wantedBy: [],
  after: [],
  file: name,
  ...changed,
})

export const statusOf = (units: readonly UnitView[], changed: Partial<StatusAnswer> = {}): StatusAnswer => ({
  daemon: { version: '0.1.0', pid: 4000, startedAtMs: nowMs - dayMs },
  repository: { path: '/srv/shop', branch: 'main', uncommitted: [] },
  revision: head,
  pending: undefined,
  sync: 'Synced',
  syncReason: undefined,
  health: 'Healthy',
  generation: 7,
  units,
  diagnostics: [],
  notices: [],
  limitations: [],
  ...changed,
})
