import { compareIds, type EntryId } from '../../../shared/entry-id'
import { loses } from '../../../shared/judgement/losses'
import type { OtherGroup } from '../../../shared/model/other-group'
import { fromBuffer } from '../../redis/bytes'
import { groupInfos, type GroupInfo } from '../../redis/xinfo'
import { BATCH, observeIds } from './observe-pending'
import type { GroupSource } from '../../redis/source'

/** So many looks into other groups' pending lists, of 500 ids each, may one plan take. */
const MOST_LOOKS = 300

/** Counts what the groups of the stream, but for the one that is given, lose when entries are deleted. */
export interface LossCount {
  /** Entries that would be deleted, in order. `sure`: they are all known to be in the stream now. */
  add(ids: readonly EntryId[], sure: boolean): Promise<void>
  /** `unseen`: so many more would be deleted that were not read. */
  losses(unseen: number): readonly GroupLoss[]
  /** All groups, also those that lose nothing, with how many of the entries lie before their position. */
  standing(unseen: number): readonly (GroupLoss & { readonly had: Figure })[]
}

type GroupLoss = Pick<OtherGroup, 'name' | 'pending' | 'unread'>
type Figure = OtherGroup['unread']
type Losing = Pick<GroupSource, 'reader' | 'key'> & { readonly group?: Buffer }

interface Counted {
  readonly group: GroupInfo
  pending: number
  unread: number
}

/** `pending` false: what the groups hold is not looked up. */
export async function countLosses(
  { reader, key, group: own }: Losing,
  { pending: isAsked = true }: { readonly pending?: boolean } = {},
): Promise<LossCount> {
  const others = (await groupInfos(reader, key)).filter(({ name }) => own === undefined || !name.equals(own))
  const all = others.map((group): Counted => ({ group, pending: 0, unread: 0 }))
  let looks = isAsked ? MOST_LOOKS : 0
  let unsure = false
  let notLookedAt = 0
  let seen = 0
  return {
    async add(ids, sure) {
      unsure ||= !sure
      seen += ids.length
      for (let at = 0; at < ids.length; at += BATCH) {
        const part = ids.slice(at, at + BATCH)
        for (const each of all) each.unread += countAfter(part, each.group.lastDeliveredId)
        const holders = all.filter(({ group }) => group.pending > 0)
        if (holders.length > looks) {
          notLookedAt += part.length
          continue
        }
        looks -= holders.length
        for (const each of holders) each.pending += (await observeIds(reader, key, each.group.name, part)).rows.length
      }
    },
    losses: (unseen) =>
      all.map((each) => lossOf(each, unseen)).filter(({ pending, unread }) => loses(pending) || loses(unread)),
    standing: (unseen) =>
      all.map((each) => ({ ...lossOf(each, unseen), had: figure(seen - each.unread + unseen, false) })),
  }

  function lossOf({ group, pending, unread }: Counted, unseen: number): GroupLoss {
    const mostPending = Math.min(group.pending, pending + notLookedAt + unseen)
    return {
      name: fromBuffer(group.name),
      pending: figure(mostPending, !unsure && mostPending === pending),
      unread: figure(unread + unseen, !unsure && unseen === 0),
    }
  }
}

function figure(value: number, exact: boolean): Figure {
  return { value, certainty: exact || value === 0 ? 'exact' : 'atMost' }
}

/** The ids are in order. */
function countAfter(ids: readonly EntryId[], id: EntryId): number {
  const first = ids.findIndex((each) => compareIds(each, id) > 0)
  return first === -1 ? 0 : ids.length - first
}
