interface TableKeysOptions {
  readonly count: () => number
  /** Rows in one screen. */
  readonly pageRows: () => number
  readonly activeIndex: () => number
  readonly activate: (index: number) => void
  readonly open: (index: number) => void
  readonly toggle: (index: number) => void
  readonly extend: (index: number) => void
  readonly toggleAll: () => void
}

type Move = (active: number, options: TableKeysOptions) => number

const MOVES: Readonly<Record<string, Move>> = {
  ArrowDown: (active) => active + 1,
  j: (active) => active + 1,
  ArrowUp: (active) => Math.max(0, active - 1),
  k: (active) => Math.max(0, active - 1),
  PageDown: (active, { pageRows }) => active + pageRows(),
  PageUp: (active, { pageRows }) => active - pageRows(),
  Home: () => 0,
  End: (_active, { count }) => count() - 1,
}

/** The keys of a list of rows. Keys meant for a control inside a row are left to it. */
export function useTableKeys(options: TableKeysOptions): (event: KeyboardEvent) => void {
  const { count, activeIndex, activate, open, toggle, extend, toggleAll } = options
  return (event) => {
    if (event.target !== event.currentTarget || event.altKey) return
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'a') {
      event.preventDefault()
      toggleAll()
      return
    }
    if (event.ctrlKey || event.metaKey || count() === 0) return
    const name = event.key.length === 1 ? event.key.toLowerCase() : event.key
    const move = MOVES[name]
    if (move) {
      const to = Math.min(count() - 1, Math.max(0, move(activeIndex(), options)))
      // The range begins at the row it is extended from.
      if (event.shiftKey && activeIndex() >= 0) extend(activeIndex())
      activate(to)
      if (event.shiftKey) extend(to)
    } else if (name === 'Enter') open(activeIndex())
    else if (name === ' ') {
      if (activeIndex() >= 0) toggle(activeIndex())
    } else return
    event.preventDefault()
  }
}
