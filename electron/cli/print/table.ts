import { cellWidth, cutTo, visible } from './visible'

export type Tone = 'bad' | 'warn' | 'good' | 'soft' | 'title'
/** Text of anybody's: it is made visible when it is printed, and not before. */
export type Cell = string | { readonly text: string; readonly tone: Tone }

export interface Column<T> {
  readonly title: string
  readonly cell: (row: T) => Cell
  readonly isNumber?: boolean
  /** It is cut where the terminal is too narrow; the others stay whole. */
  readonly shrinks?: boolean
}

const GAP = '  '
/** A column that shrinks keeps so much. */
const LEAST = 8

/** Lines of cells, each cut and padded to its column. `width` null: as wide as it comes. */
export function layTable<T>(
  columns: readonly Column<T>[],
  rows: readonly T[],
  width: number | null,
  paint: (text: string, tone: Tone) => string,
): readonly string[] {
  const cells = rows.map((row) => columns.map(({ cell }) => plain(cell(row))))
  const titles = columns.map(({ title }) => ({ text: title, tone: 'title' as const }))
  const natural = columns.map((_, at) =>
    [titles, ...cells].reduce((most, row) => Math.max(most, cellWidth(row[at]?.text ?? '')), 0),
  )
  const widths = width === null ? natural : shrunk(columns, natural, width)
  return [titles, ...cells].map((row) =>
    row
      .map(({ text, tone }, at) => {
        const room = widths[at] ?? 0
        const cut = cutTo(text, Math.max(1, room))
        const pad = ' '.repeat(Math.max(0, room - cellWidth(cut)))
        const shown = tone === null ? cut : paint(cut, tone)
        if (columns[at]?.isNumber === true) return `${pad}${shown}`
        return at === row.length - 1 ? shown : `${shown}${pad}`
      })
      .join(GAP)
      .trimEnd(),
  )
}

function plain(cell: Cell): { readonly text: string; readonly tone: Tone | null } {
  return typeof cell === 'string' ? { text: visible(cell), tone: null } : { text: visible(cell.text), tone: cell.tone }
}

/** The widest of those that shrink give way first. */
function shrunk<T>(columns: readonly Column<T>[], natural: readonly number[], width: number): readonly number[] {
  const widths = [...natural]
  const total = (): number => widths.reduce((sum, each) => sum + each, GAP.length * (widths.length - 1))
  for (let over = total() - width; over > 0; over = total() - width) {
    let widest = -1
    columns.forEach(({ shrinks }, at) => {
      const isWider = (widths[at] ?? 0) > (widest < 0 ? LEAST : (widths[widest] ?? 0))
      if (shrinks === true && isWider) widest = at
    })
    if (widest < 0) return widths
    const next = columns.reduce(
      (most, { shrinks }, at) => (shrinks === true && at !== widest ? Math.max(most, widths[at] ?? 0) : most),
      LEAST,
    )
    const now = widths[widest] ?? 0
    widths[widest] = Math.max(LEAST, now - Math.max(1, Math.min(over, now - next)))
  }
  return widths
}
