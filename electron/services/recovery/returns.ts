import type { PriorEntry } from '../../../shared/model/journal'
import type { ObservedRow } from '../inspection/observe-pending'

/** An entry to give back: as it is now, and as it was. */
export interface Return {
  readonly row: ObservedRow
  readonly prior: PriorEntry
  /** Somebody else may have done it: its consumer, which acked it in that moment. */
  readonly unsure: boolean
}

/** The options of an XCLAIM hold for all of its ids, so a command serves one owner and one delivery count. */
export function byOwnerAndCount(returns: readonly Return[]): readonly (readonly [Return, ...Return[]])[] {
  const groups = new Map<string, [Return, ...Return[]]>()
  for (const each of returns) {
    const name = `${each.prior.deliveries} ${JSON.stringify(each.prior.consumer)}`
    const members = groups.get(name)
    if (members) members.push(each)
    else groups.set(name, [each])
  }
  return [...groups.values()]
}
