const FIRST_MS = 500
const MOST_MS = 10_000

/** How long to wait before try number `attempt` (from 0), ms: doubling from 0.5 s to 10 s, plus up to a quarter at random. */
export function backOffMs(attempt: number, random: () => number = Math.random): number {
  return Math.round(Math.min(MOST_MS, FIRST_MS * 2 ** attempt) * (1 + random() / 4))
}
