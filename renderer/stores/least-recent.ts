/** Things made on demand and kept by key, up to `limit`; the one not asked for the longest goes first. */
export function createLeastRecent<T>(limit: number, discard?: (thing: T) => void) {
  const kept = new Map<string, T>()
  return {
    get(key: string, create: () => T): T {
      const thing = kept.get(key) ?? create()
      kept.delete(key)
      kept.set(key, thing)
      for (const [oldest, unused] of kept) {
        if (kept.size <= limit) break
        kept.delete(oldest)
        discard?.(unused)
      }
      return thing
    },
  }
}
