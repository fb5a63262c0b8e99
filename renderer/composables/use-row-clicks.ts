import type { useSelection } from './use-selection'

interface RowClicksOptions {
  readonly selectable: () => boolean
  readonly selection: Pick<ReturnType<typeof useSelection>, 'toggle' | 'extendTo'>
  readonly open: (index: number) => void
  /** Makes a row the active one. */
  readonly activate: (key: string) => void
}

interface RowClicks {
  onMouseDown(event: MouseEvent): void
  onRowClick(event: MouseEvent, index: number, key: string): void
  /** A click on the row's checkbox. */
  onTick(event: MouseEvent, key: string): void
}

/** The mouse in a list of rows: a click opens, with Ctrl it ticks, with Shift it extends what is ticked. */
export function useRowClicks({ selectable, selection, open, activate }: RowClicksOptions): RowClicks {
  return {
    // Shift with a click would select text in the rows between.
    onMouseDown(event) {
      if (event.shiftKey) event.preventDefault()
    },
    onRowClick(event, index, key) {
      // Text being selected in a cell is not a click on the row; nor is a click on something in it.
      if (window.getSelection()?.isCollapsed === false) return
      if (event.target instanceof Element && event.target.closest('button, a, input, select, label')) return
      if (selectable() && event.shiftKey) selection.extendTo(key)
      else if (selectable() && (event.ctrlKey || event.metaKey)) selection.toggle(key)
      else open(index)
      activate(key)
    },
    onTick(event, key) {
      if (event.shiftKey) selection.extendTo(key)
      else selection.toggle(key)
    },
  }
}
