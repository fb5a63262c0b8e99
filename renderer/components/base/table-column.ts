/** One column of a DataTable. Its cells are drawn by the slot `cell-<id>`. */
export interface TableColumn {
  readonly id: string
  readonly label: string
  /** More about it, on hover of the header. */
  readonly hint?: string
  /** A CSS grid track: `120px`, `minmax(160px, 1fr)`. */
  readonly width: string
  readonly align?: 'start' | 'end'
  readonly sortable?: boolean
  /** Header for readers only, e.g. of a column of buttons. */
  readonly hideLabel?: boolean
}

export interface TableSort {
  readonly column: string
  readonly direction: 'ascending' | 'descending'
}
