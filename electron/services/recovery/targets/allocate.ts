/**
 * Shares `amount` out over holders of these levels so that the lowest are raised first and all end as level as whole
 * numbers allow. Nobody gives anything up. Earlier holders get what is odd. Empty where there is nobody.
 */
export function allocate(levels: readonly number[], amount: number): readonly number[] {
  const shares = levels.map(() => 0)
  const order = levels.map((_, at) => at).sort((a, b) => (levels[a] ?? 0) - (levels[b] ?? 0) || a - b)
  let left = amount
  for (const [at, holder] of order.entries()) {
    const raised = order.slice(0, at + 1)
    const next = order[at + 1]
    const step = next === undefined ? Infinity : (levels[next] ?? 0) - (levels[holder] ?? 0)
    const each = Math.min(step, Math.floor(left / raised.length))
    for (const one of raised) shares[one] = (shares[one] ?? 0) + each
    left -= each * raised.length
    if (each === step) continue
    for (const one of [...raised].sort((a, b) => a - b).slice(0, left)) shares[one] = (shares[one] ?? 0) + 1
    break
  }
  return shares
}

/** Parts rows by who gets them. Whoever is due most comes first, so that over many batches all fill up alike. */
export interface Allocation {
  allocateRows<T>(rows: readonly T[]): readonly { readonly to: string; readonly rows: readonly T[] }[]
}

/** `shares`: who is due how many. What there is beyond goes to whoever was given least so far. */
export function createAllocation(shares: ReadonlyMap<string, number>): Allocation {
  const due = new Map(shares)
  return {
    allocateRows(rows) {
      const parts: { to: string; rows: typeof rows }[] = []
      let at = 0
      while (at < rows.length) {
        const [first, ...others] = due
        if (!first) return parts
        const [to, most] = others.reduce((best, each) => (each[1] > best[1] ? each : best), first)
        const count = most > 0 ? Math.min(most, rows.length - at) : rows.length - at
        parts.push({ to, rows: rows.slice(at, at + count) })
        due.set(to, most - count)
        at += count
      }
      return parts
    },
  }
}
