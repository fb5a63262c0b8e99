/** How many bytes one reply may hold, about. Larger ones stall the server and this process. */
export const REPLY_BYTES = 4 * 1024 * 1024

/**
 * How many rows to ask for next when nobody knows how large they are: a few at first, then as many as fit the budget by
 * the size of those seen last, growing fourfold at most.
 */
export interface ByteBudget {
  count(wanted: number): number
  saw(rows: number, bytes: number): void
}

/** `next`: so many after the first ones, unless these were large. */
export function createByteBudget(start = 16, budget = REPLY_BYTES, next = start * 4): ByteBudget {
  let limit = start
  let most = next
  return {
    count: (wanted) => Math.max(1, Math.min(wanted, limit)),
    saw(rows, bytes) {
      const fits = rows === 0 ? Infinity : Math.floor(budget / Math.max(1, bytes / rows))
      limit = Math.max(1, Math.min(fits, most))
      most = limit * 4
    },
  }
}

/** For what somebody waits to see, where entries may be large: one, then sixteen. */
export function createPageBudget(): ByteBudget {
  return createByteBudget(1, REPLY_BYTES, 16)
}
