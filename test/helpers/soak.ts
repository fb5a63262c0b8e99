/** How many times as much as in `npm test`: 1 there, and what `npm run soak` asks for else. */
const TIMES = Math.max(1, Number(process.env['SLUICE_SOAK'] ?? 1))

export const isSoak = TIMES > 1

/** Runs of a fuzz, trials of a kill: so many in `npm test`, and many times that in `npm run soak`. */
export function longer(usual: number): number {
  return usual * TIMES
}
