import type { Bytes } from '../../../shared/bytes'
import { groupKeyOn } from '../../../shared/group-key'
import type { BeginLine } from './lines'

export type OfGroup = Pick<BeginLine, 'connectionId' | 'key' | 'group'>

/** What is remembered of groups, each with things by their names. */
export interface ByGroup<T> {
  /** `change` sees what is known of the group: what it deletes and sets again is the youngest. Nothing for a null group. */
  change(subject: OfGroup, change: (known: Map<string, T>) => void): void
  of(connectionId: string, key: Bytes, group: Bytes): readonly T[]
}

/** At most so many things: groups that were changed the longest ago go first, and of the only one its oldest. */
export function createByGroup<T>(most: number): ByGroup<T> {
  const groups = new Map<string, Map<string, T>>()
  let count = 0

  function forgetOldest(): void {
    for (const [name, known] of groups) {
      if (count <= most) return
      const gone = groups.size === 1 ? [...known.keys()].slice(0, count - most) : [...known.keys()]
      for (const each of gone) known.delete(each)
      if (known.size === 0) groups.delete(name)
      count -= gone.length
    }
  }
  return {
    change({ connectionId, key, group }, change) {
      if (group === null) return
      const name = groupKeyOn(connectionId, key, group)
      const known = groups.get(name) ?? new Map<string, T>()
      count -= known.size
      change(known)
      count += known.size
      groups.delete(name)
      if (known.size > 0) groups.set(name, known)
      forgetOldest()
    },
    of: (connectionId, key, group) => [...(groups.get(groupKeyOn(connectionId, key, group))?.values() ?? [])],
  }
}
