/** What this process itself saw of the findings of one connection, judgement by judgement. */
export interface OwnSight {
  /** When it began to look. ms since 1970. */
  readonly beganMs: number
  /** Takes in what is there now. */
  saw(findingIds: Iterable<string>, nowMs: number): void
  /** Since when it is there without a break; null: it is not. */
  since(findingId: string): number | null
  /** Whether it was there once, and is not now. */
  sawItGo(findingId: string): boolean
}

/** So long it is remembered that one was there. */
const REMEMBERED_MS = 600_000

export function createOwnSight(beganMs: number): OwnSight {
  const present = new Map<string, number>()
  const gone = new Map<string, number>()
  return {
    beganMs,
    saw(findingIds, nowMs) {
      const now = new Set(findingIds)
      for (const id of present.keys()) {
        if (now.has(id)) continue
        present.delete(id)
        gone.set(id, nowMs)
      }
      for (const id of now) {
        if (!present.has(id)) present.set(id, nowMs)
        gone.delete(id)
      }
      for (const [id, atMs] of gone) if (atMs < nowMs - REMEMBERED_MS) gone.delete(id)
    },
    since: (findingId) => present.get(findingId) ?? null,
    sawItGo: (findingId) => gone.has(findingId),
  }
}
