/** What was probably meant: of `known` the one that differs in the fewest letters, of a third of them at most; null: none. */
export function closestTo(typed: string, known: readonly string[]): string | null {
  let best: { readonly name: string; readonly steps: number } | null = null
  for (const name of known) {
    const steps = distance(typed, name)
    if (steps <= Math.max(1, Math.floor(name.length / 3)) && steps < (best?.steps ?? Infinity)) best = { name, steps }
  }
  return best?.name ?? null
}

/** https://en.wikipedia.org/wiki/Levenshtein_distance */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at)
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i]
    for (let j = 1; j <= b.length; j += 1) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}
