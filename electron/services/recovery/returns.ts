import type { PriorEntry } from '../../../shared/model/journal'
import { CHECKED_CLAIM_MAX } from '../../redis/scripts/checked-claim'
import type { ObservedRow } from '../inspection/observe-pending'

/** An entry to give back: as it is now, and as it was. */
export interface Return {
  readonly row: ObservedRow
  readonly prior: PriorEntry
  /** Somebody else may have done it: its consumer, which acked it in that moment. */
  readonly unsure: boolean
}

/** What one command gives back. */
export type Members = readonly [Return, ...Return[]]

/** The options of an XCLAIM hold for all of its ids, so a command serves one owner and one delivery count. */
export function byOwnerAndCount(returns: readonly Return[]): readonly Members[] {
  return alike(returns, ({ prior }) => `${prior.deliveries} ${JSON.stringify(prior.consumer)}`)
}

/** The same where it also sets the time of the last delivery, which stays what it is; as many as a script may check. */
export function byOwnerCountAndTime(returns: readonly Return[]): readonly Members[] {
  const nameOf = ({ row, prior }: Return): string =>
    `${row.deliveredAt} ${prior.deliveries} ${JSON.stringify(prior.consumer)}`
  return alike(returns, nameOf, CHECKED_CLAIM_MAX)
}

function alike(returns: readonly Return[], nameOf: (each: Return) => string, most = Infinity): readonly Members[] {
  const groups = new Map<string, [Return, ...Return[]]>()
  const full: Members[] = []
  for (const each of returns) {
    const name = nameOf(each)
    const members = groups.get(name)
    if (members && members.length < most) members.push(each)
    else {
      if (members) full.push(members)
      groups.set(name, [each])
    }
  }
  return [...full, ...groups.values()]
}
