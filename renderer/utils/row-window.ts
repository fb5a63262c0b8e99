const OVERSCAN = 8

export interface RowWindow {
  /** The first row to render, and the one after the last. */
  readonly from: number
  readonly to: number
}

interface RowWindowInput {
  readonly scrollTop: number
  /** Height of what shows, px. */
  readonly viewport: number
  readonly rowHeight: number
  readonly count: number
  /** Rows rendered beyond either edge, so that a fast scroll doesn't show gaps. */
  readonly overscan?: number
}

/** The rows that show, and some beyond. Empty only when there are none. */
export function rowWindow({ scrollTop, viewport, rowHeight, count, overscan = OVERSCAN }: RowWindowInput): RowWindow {
  const first = Math.floor(Math.max(0, scrollTop) / rowHeight)
  const last = Math.ceil((Math.max(0, scrollTop) + viewport) / rowHeight)
  const to = Math.min(count, last + overscan)
  // A list that became shorter than it is scrolled still shows its end.
  const from = Math.max(0, Math.min(first - overscan, count - Math.ceil(viewport / rowHeight) - overscan))
  return { from, to }
}

/** The most rows that a window of this height can hold. */
export function mostRows(viewport: number, rowHeight: number): number {
  return Math.ceil(viewport / rowHeight) + 1 + 2 * OVERSCAN
}
