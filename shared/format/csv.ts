/** A figure as it is; null: not known, an empty cell. */
export type CsvCell = string | number | null

/** As RFC 4180. A text that a spreadsheet would take for a formula gets an apostrophe before it: names and values are anybody's. */
export function csvText(columns: readonly string[], rows: readonly (readonly CsvCell[])[]): string {
  return [columns, ...rows].map((row) => `${row.map(csvCell).join(',')}\r\n`).join('')
}

export function csvCell(cell: CsvCell): string {
  if (cell === null) return ''
  if (typeof cell === 'number') return String(cell)
  const safe = isFormula(cell) ? `'${cell}` : cell
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** Also by signs as wide as a letter of Chinese, which some spreadsheets take for the narrow ones. A number with its sign is none. */
export function isFormula(text: string): boolean {
  return FORMULA.test(text) && !/^[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(text)
}

/** Whether its first sign may be the apostrophe that a formula gets. */
export function seemsGuarded(text: string): boolean {
  return text.startsWith("'") && FORMULA.test(text.slice(1))
}

const FORMULA = /^\s*[=+\-@\t\r＝＋－＠]/
