import { displayName } from '../format/display-name'
import type { Message } from '../model/message'
import type { SweepAccepts, SweepUndoRow } from '../model/sweep'

/** One doubt, and of which groups it is. */
export interface SweepDoubt {
  readonly why: Message
  readonly names: readonly string[]
}

/** What is not certain of the rows, the same of several told once. */
export function sweepDoubts(rows: readonly SweepUndoRow[]): readonly SweepDoubt[] {
  const found = new Map<string, { readonly why: Message; readonly names: string[] }>()
  for (const { key, group, doubts } of rows) {
    for (const why of doubts) {
      const told = JSON.stringify(why)
      const one = found.get(told) ?? { why, names: [] }
      one.names.push(group === null ? displayName(key) : `${displayName(key)} / ${displayName(group)}`)
      found.set(told, one)
    }
  }
  return [...found.values()]
}

/** All that these rows ask for, taken upon oneself: of no other group anything. */
export function allAccepted(rows: readonly SweepUndoRow[]): SweepAccepts {
  return rows.flatMap(({ recordId, doubts }) => {
    return doubts.length === 0 ? [] : [{ recordId, codes: doubts.map(({ code }) => code) }]
  })
}
