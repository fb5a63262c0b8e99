/** The keys from one to another, both included, in the order of the list; just the second when the first is not in it. */
export function keysBetween(keys: readonly string[], from: string | null, to: string): readonly string[] {
  const end = keys.indexOf(to)
  if (end < 0) return []
  const start = from === null ? -1 : keys.indexOf(from)
  if (start < 0) return [to]
  return keys.slice(Math.min(start, end), Math.max(start, end) + 1)
}

/** The set with one key put in or taken out. */
export function toggled(selected: ReadonlySet<string>, key: string): ReadonlySet<string> {
  const next = new Set(selected)
  if (!next.delete(key)) next.add(key)
  return next
}
