import type { Print } from './print'
import type { Column } from './table'

/** What a command found: a table with its heads for a person, `none` where there is nothing; one object a line for a program. */
export function printRows<T>(
  print: Print,
  columns: readonly Column<T>[],
  rows: readonly T[],
  none: string,
  json: (row: T) => unknown = (row) => row,
): void {
  if (!print.isTable) for (const row of rows) print.json(json(row))
  else if (rows.length === 0) print.note(none)
  else print.table(columns, rows)
}
