/**
 * Works a thing out once for each object and second argument; forgets with the object. For what is derived from data that
 * is replaced, never changed.
 */
export function memoBy<Source extends object, Second extends string | number | object, Result>(
  work: (source: Source, second: Second) => Result,
): (source: Source, second: Second) => Result {
  const known = new WeakMap<Source, { readonly second: Second; readonly result: Result }>()
  return (source, second) => {
    const found = known.get(source)
    if (found && found.second === second) return found.result
    const result = work(source, second)
    known.set(source, { second, result })
    return result
  }
}

/** Works a thing out once for each object, and forgets with it. */
export function memo<Source extends object, Result>(work: (source: Source) => Result): (source: Source) => Result {
  const once = memoBy((source: Source, _second: number) => work(source))
  return (source) => once(source, 0)
}
