import { compareIds, type EntryId } from '../../../shared/entry-id'
import type { GroupSource } from '../../redis/source'
import { findGroup } from '../../redis/xinfo'
import { momentNow, seenSince } from '../inspection/seen-since'

/**
 * Whether a group's id was set, by where it stands now. Its readers only go on, and may have come from where it stood to where it
 * was to be, or back there, by themselves: where one of them was seen since (`isQuiet` false) that stays open. Null: it can't be told.
 */
export function wasMoved(stands: EntryId, { from, to }: Move, isQuiet: boolean): boolean | null {
  if (from === to) return true
  if (isQuiet) return stands === to ? true : stands === from ? false : null
  const [low, high] = compareIds(from, to) < 0 ? [from, to] : [to, from]
  if (compareIds(stands, low) < 0 || compareIds(stands, high) >= 0) return null
  return low === to
}

interface Move {
  /** Where it stood before. */
  readonly from: EntryId
  readonly to: EntryId
}

/** To be made before the id is set; what it gives then reads whether that was carried out. */
export async function watchMove(source: GroupSource, move: Move): Promise<() => Promise<boolean | null>> {
  const at = await momentNow(source)
  return async () => {
    const stands = (await findGroup(source))?.lastDeliveredId
    if (stands === undefined) return null
    const seen = at === null ? null : await seenSince(source, at)
    return wasMoved(stands, move, seen?.size === 0)
  }
}
