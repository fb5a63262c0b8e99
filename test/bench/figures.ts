/** One line of the table. `aim` null: for information. */
export interface Figure {
  readonly name: string
  readonly value: number
  readonly unit: '×' | 'ms' | 's' | 'MB' | 'fps' | ''
  readonly aim: { readonly bound: 'at most' | 'at least'; readonly value: number } | null
  /** What it came from: the two sides of a ratio, the spread of a median. */
  readonly from: string
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted[Math.floor(sorted.length / 2)]
  if (middle === undefined) throw new RangeError('the median of nothing')
  return middle
}

/** How long it took, ms. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now()
  await work()
  return performance.now() - began
}

export const atMost = (value: number): Figure['aim'] => ({ bound: 'at most', value })
export const atLeast = (value: number): Figure['aim'] => ({ bound: 'at least', value })

export function spread(values: readonly number[], unit = 'ms'): string {
  return `${round(Math.min(...values))}–${round(Math.max(...values))} ${unit}, ${values.length} runs`
}

export function misses({ value, aim }: Figure): boolean {
  if (aim === null) return false
  return aim.bound === 'at most' ? value > aim.value : value < aim.value
}

export function round(value: number): string {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2)
}

/** As a table for a terminal. */
export function table(figures: readonly Figure[]): string {
  const rows = figures.map((figure) => [
    figure.name,
    `${round(figure.value)} ${figure.unit}`.trim(),
    figure.aim === null
      ? ''
      : `${figure.aim.bound === 'at most' ? '≤' : '≥'} ${figure.aim.value} ${figure.unit}`.trim(),
    figure.aim === null ? '' : misses(figure) ? 'MISSED' : 'met',
    figure.from,
  ])
  const lines = [['what', 'measured', 'aim', '', 'from'], ...rows]
  const widths = [0, 1, 2, 3].map((column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)))
  return lines
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
