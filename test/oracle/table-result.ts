/** What every table of the oracle exports as `run()`: counts, and the rows that differ. */
export interface RowFailure {
  /** `c017`, `nginx/nginx.service`, `Mon *-*-* 00:00`: what finds the row again. */
  readonly row: string
  /** What differs, as `load_state: wanted bad-setting, got loaded`. */
  readonly why: string
}

export interface TableResult {
  /** `command lines (parsed)`, `calendar`, … */
  readonly table: string
  readonly passed: number
  readonly failures: readonly RowFailure[]
  /** Set when the table could not be read at all, with the reason: it then counts neither way. */
  readonly skipped?: string
}

/** A `test/oracle/<table>.ts` exports `run`; a table with several halves (parsed, really run) gives one result for each. */
export type RunTable = () =>
  | TableResult
  | readonly TableResult[]
  | Promise<TableResult | readonly TableResult[]>
