/** Rows in which gitproc differs from systemd on purpose; the reasons stand in docs/decisions. */
export interface Difference {
  /** As `TableResult.table` and `RowFailure.row` name them. */
  readonly table: string
  readonly row: string
  readonly reason: string
}

export const differences: readonly Difference[] = [
  {
    table: 'command lines (parsed)',
    row: 'c560',
    reason: 'Type=notify-reload came with systemd 253; gitproc understands it',
  },
]
