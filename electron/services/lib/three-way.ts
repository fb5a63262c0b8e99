import { isDeepStrictEqual } from 'node:util'

export type Fields = Readonly<Record<string, unknown>>

/**
 * `ours` with what was changed from `base` to `theirs`, field by field; without a base all of `theirs` was. Nothing that
 * somebody changed is lost but where both changed one field: there theirs holds.
 */
export function mergeFields(base: Fields | null, theirs: Fields, ours: Fields): Fields {
  const names = new Set([...Object.keys(ours), ...Object.keys(theirs)])
  const merged = [...names].flatMap((name): readonly (readonly [string, unknown])[] => {
    const isChanged = base === null ? name in theirs : !isDeepStrictEqual(base[name], theirs[name])
    if (!isChanged) return name in ours ? [[name, ours[name]]] : []
    if (name in theirs) return [[name, theirs[name]]]
    return isDeepStrictEqual(base?.[name], ours[name]) ? [] : [[name, ours[name]]]
  })
  return Object.fromEntries(merged)
}

/** The same for records with an `id`. One that the one side removed and the other changed stays. */
export function mergeById(base: readonly unknown[] | null, theirs: readonly unknown[], ours: readonly unknown[]) {
  const [was, other] = [byId(base ?? []), byId(theirs)]
  const own = byId(ours)
  const kept = ours.flatMap((item) => {
    const id = idOf(item)
    const [before, now] = [was.get(id), other.get(id)]
    if (id === '') return [item]
    if (now !== undefined) return [mergeFields(before ?? null, now, item as Fields)]
    return before !== undefined && isDeepStrictEqual(before, item) ? [] : [item]
  })
  const added = theirs.filter((item) => {
    const id = idOf(item)
    if (id === '') return !ours.some((one) => isDeepStrictEqual(one, item))
    return !own.has(id) && !isDeepStrictEqual(was.get(id), item)
  })
  return [...kept, ...added]
}

function byId(items: readonly unknown[]): ReadonlyMap<string, Fields> {
  return new Map(items.flatMap((item) => (idOf(item) === '' ? [] : [[idOf(item), item as Fields] as const])))
}

function idOf(item: unknown): string {
  const id = typeof item === 'object' && item !== null && 'id' in item ? item.id : ''
  return typeof id === 'string' ? id : ''
}
