/** A row that was acted on, and where it stood. */
export interface Held<T> {
  readonly row: T
  readonly at: number
}

/**
 * The rows with the held one in its place, whatever became of it: the next click on that spot must not hit another that slid
 * there.
 */
export function heldInPlace<T>(rows: readonly T[], held: Held<T> | null, idOf: (row: T) => string): readonly T[] {
  if (held === null) return rows
  return rows.filter((row) => idOf(row) !== idOf(held.row)).toSpliced(held.at, 0, held.row)
}

/** Whether pointer and focus have left what they were on, so that nothing on it needs to be held any more. */
export function hasLeft({ currentTarget, relatedTarget }: FocusEvent | PointerEvent): boolean {
  const element = currentTarget as HTMLElement
  return !(relatedTarget instanceof Node && element.contains(relatedTarget)) && !element.matches(':hover')
}
