/** How much of a unit's output is kept. */

export interface LogLimits {
  /** `LogMaxSize=`: a stream's file of this size is moved to an archive. */
  readonly maxSizeBytes: number
  /** `LogMaxFiles=`: so many archives of each stream are kept. */
  readonly maxFiles: number
  /** `LogMaxAge=`: what is older is removed; Infinity for never. */
  readonly maxAgeMs: number
}

/** How much is kept of all units together: bytes, or a share of the file system that the logs lie on. */
export type TotalLimit =
  | { readonly kind: 'bytes'; readonly bytes: number }
  | { readonly kind: 'percent'; readonly percent: number }

/** Archives of text are a tenth of this: a talkative unit fills some 30 MiB a stream, at the worst 272 MiB for two seconds. */
export const defaultLogLimits: LogLimits = {
  maxSizeBytes: 16 * 1024 * 1024,
  maxFiles: 8,
  maxAgeMs: Number.POSITIVE_INFINITY,
}
