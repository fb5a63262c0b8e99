/** Figures that were read longer ago than this are shown with their age. */
const OLD_AFTER_MS = 60_000

/** How old figures are, ms; null: young enough not to be told of, or it is not known. Both by the server's clock. */
export function oldFor(atMs: number | null, serverNowMs: number): number | null {
  const ms = atMs === null ? 0 : serverNowMs - atMs
  return ms > OLD_AFTER_MS ? ms : null
}
