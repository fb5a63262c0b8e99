const CLASSES_MS = [0, 1_000, 10_000, 60_000, 600_000, 3_600_000, 86_400_000]

/**
 * Splits rows by the magnitude of their idle time. One XCLAIM has one min-idle-time: the smaller the spread in a
 * command, the better the smallest observed idle guards all of its entries against taking one that moved meanwhile (a
 * moved entry's idle starts at 0 again).
 */
export function byIdleClass<T extends { readonly idleMs: number }>(
  rows: readonly T[],
): readonly { readonly minIdleMs: number; readonly rows: readonly T[] }[] {
  const classes = new Map<number, T[]>()
  for (const row of rows) {
    const start = CLASSES_MS.findLast((from) => row.idleMs >= from) ?? 0
    const members = classes.get(start)
    if (members) members.push(row)
    else classes.set(start, [row])
  }
  return [...classes.values()].map((members) => ({
    minIdleMs: members.reduce((least, { idleMs }) => Math.min(least, idleMs), Infinity),
    rows: members,
  }))
}
