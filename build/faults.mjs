// What `npm test` tells at its end of the faults that its tests struck: test/helpers/faults-struck.ts writes one line for each.

/** The lines: how many in all, and of each kind, most first; none where none was struck. */
export function faultLines(text) {
  const counts = new Map()
  for (const kind of text.split('\n')) if (kind !== '') counts.set(kind, (counts.get(kind) ?? 0) + 1)
  if (counts.size === 0) return []
  const kinds = [...counts].toSorted(([a, many], [b, more]) => more - many || a.localeCompare(b))
  const all = kinds.reduce((sum, [, count]) => sum + count, 0)
  return [`Faults struck: ${all}`, ...kinds.map(([kind, count]) => `  ${String(count).padStart(6)}  ${kind}`)]
}
