import { bytesKey } from '../../../../shared/bytes'
import type { PriorEntry } from '../../../../shared/model/journal'
import type { ObservedRow } from '../../inspection/observe-pending'

/** An entry to give back: as it is now, and as it was. */
export interface Return {
  readonly row: ObservedRow
  readonly prior: PriorEntry
  /** Not to be taken unasked: its consumer may have acked it in that moment, or somebody else was `given` its copy. */
  readonly unsure: boolean
  /** Some group was given its copy, and may be at work on it. */
  readonly given?: boolean
}

/** What one XCLAIM gives back. */
export type Members = readonly [Return, ...Return[]]

/** The options of an XCLAIM hold for all of its ids, so one serves one owner and one delivery count. */
export function byOwnerAndCount(returns: readonly Return[]): readonly Members[] {
  return alike(returns, ({ prior }) => `${prior.deliveries} ${bytesKey(prior.consumer)}`)
}

/** The same where it also sets the time of the last delivery, which stays what it is. */
export function byOwnerCountAndTime(returns: readonly Return[]): readonly Members[] {
  const nameOf = ({ row, prior }: Return): string =>
    `${row.deliveredAt} ${prior.deliveries} ${bytesKey(prior.consumer)}`
  return alike(returns, nameOf)
}

function alike(returns: readonly Return[], nameOf: (each: Return) => string): readonly Members[] {
  const groups = new Map<string, [Return, ...Return[]]>()
  for (const each of returns) {
    const name = nameOf(each)
    const members = groups.get(name)
    if (members) members.push(each)
    else groups.set(name, [each])
  }
  return [...groups.values()]
}
