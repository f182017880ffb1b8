/** One probe of a health check: asks once, answers within the time-out, never throws. */
import type { ProbeResult } from '../../lifecycle/health.ts'
import type { StatusRange } from '../../units/values.ts'

export type ProbeSpec =
  | ({ readonly kind: 'http'; readonly url: string } & ExpectedAnswer)
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  | { readonly kind: 'exec'; readonly command: ProbeCommand }

/** What an answer has to be in order to be a good one. */
export interface ExpectedAnswer {
  readonly statuses: readonly StatusRange[]
  /** HealthCheckExpectedBody=: a text in it, or a `/pattern/`. */
  readonly body: string | undefined
}

/** A command that is run as the unit's user, in the unit's environment. */
export interface ProbeCommand {
  readonly path: string
  readonly argv: readonly string[]
  readonly environment: Readonly<Record<string, string>>
  readonly uid: number | undefined
  readonly gid: number | undefined
  readonly workingDirectory: string
}

export type Prober = (spec: ProbeSpec, timeoutMs: number) => Promise<ProbeResult>
