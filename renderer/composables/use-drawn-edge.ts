interface DrawnEdge {
  /** The pointer goes down on the edge, which lies in its column. */
  begin(event: PointerEvent, column: string): void
  move(event: PointerEvent): void
  end(event: PointerEvent): void
}

interface Drawn {
  readonly column: string
  readonly fromX: number
  readonly fromPx: number
}

/** The edge of a column drawn by a pointer: tells how many pixels wide the column is then, and at last that it is let go. */
export function useDrawnEdge(tell: (column: string, px: number, isDone: boolean) => void): DrawnEdge {
  let drawn: Drawn | null = null
  let isMoved = false
  function tellOf(event: PointerEvent, isDone: boolean): void {
    if (drawn !== null) tell(drawn.column, drawn.fromPx + event.clientX - drawn.fromX, isDone)
  }
  return {
    begin(event, column) {
      if (event.button !== 0 || !(event.currentTarget instanceof HTMLElement)) return
      const { currentTarget: edge } = event
      edge.setPointerCapture(event.pointerId)
      isMoved = false
      drawn = { column, fromX: event.clientX, fromPx: edge.parentElement?.getBoundingClientRect().width ?? 0 }
      event.preventDefault()
    },
    move(event) {
      isMoved = true
      tellOf(event, false)
    },
    end(event) {
      // A click alone changes nothing.
      if (isMoved) tellOf(event, true)
      drawn = null
      isMoved = false
    },
  }
}
