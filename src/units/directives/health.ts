/** Rows of gitproc's own health checks: `[Service]` of a unit file that stays valid for systemd with `X-` before them. */
import { choice } from '../value-types/choice.ts'
import { commands } from '../value-types/command.ts'
import { expectedBody, httpStatuses, httpUrl, tcpAddress } from '../value-types/health.ts'
import { integerIn } from '../value-types/integer.ts'
import { timeSpan } from '../value-types/time.ts'
import { resettable } from '../value-types/value-type.ts'
import { rowsOf } from './row.ts'

const { enforced } = rowsOf('gitproc(5)')

export const healthDirectives = {
  HealthCheckURL: enforced(httpUrl, 'live'),
  HealthCheckTCP: enforced(tcpAddress, 'live'),
  HealthCheckExec: enforced(commands, 'live', []),
  HealthCheckInterval: enforced(timeSpan, 'live', 30e6),
  HealthCheckTimeout: enforced(timeSpan, 'live', 5e6),
  /** Bad probes in a row that make it unhealthy. */
  HealthCheckRetries: enforced(integerIn({ from: 1, to: 1000 }), 'live', 3),
  /** Good probes in a row that make it healthy, at first and again. */
  HealthCheckSuccesses: enforced(integerIn({ from: 1, to: 1000 }), 'live', 1),
  HealthCheckStartPeriod: enforced(timeSpan, 'live', 0),
  HealthCheckExpectedStatus: enforced(httpStatuses, 'live', [{ from: 200, to: 399 }]),
  HealthCheckExpectedBody: enforced(expectedBody, 'live'),
  /** Where not set: a restart, unless Restart= says in writing that such a one is not to have it. */
  HealthCheckAction: enforced(resettable(choice(['none', 'restart', 'stop', 'rollback'])), 'live'),
} as const
