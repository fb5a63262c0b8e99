import type { EntryId } from '../../../../shared/entry-id'
import type { GroupSource } from '../../../redis/source'
import {
  isUnmovedSince,
  observeClearly,
  observeEach,
  observeIds,
  type ObservedRow,
} from '../../inspection/observe-pending'
import { notCarriedOut } from '../../jobs/not-carried-out'
import { idsOf } from '../../jobs/run-batch'
import type { BatchOutcome } from '../../jobs/run-context'
import { noCounts } from '../../../../shared/judgement/job-counts'
import { holdingOf } from '../selection/selected'

/** Acks that were sent, and what they were sent for. */
export interface AcksSent {
  /** The ids of each command, in the order in which they were sent. */
  readonly commands: readonly (readonly EntryId[])[]
  readonly rows: readonly ObservedRow[]
  /** Server time, ms since 1970: what is still as in these rows, and was not delivered from then on, did not move. */
  readonly seenAt: number
}

/**
 * What is pending was not acked. What isn't may have been acked by us or by its consumer: that stays unknown, unless the
 * command that would have done it never arrived.
 */
export async function readAcksBack(
  { reader, key, group }: GroupSource,
  { commands, rows: seen, seenAt }: AcksSent,
  lost: readonly EntryId[],
): Promise<BatchOutcome> {
  const { rows, at } = await observeClearly(
    seenAt - 1,
    () => observeIds(reader, key, group, lost),
    (ids) => observeEach({ reader, key, group }, ids),
  )
  const before = new Map(seen.map((row) => [row.id, holdingOf(row)]))
  const untouched = new Set(
    idsOf(rows.filter((row) => before.get(row.id) === holdingOf(row) && isUnmovedSince(seenAt - 1, row))),
  )
  const wanted = new Set(lost)
  const sent = commands.map((ids) => ids.filter((id) => wanted.has(id)))
  const never = notCarriedOut(sent, (id) => untouched.has(id))
  const left = new Set([...idsOf(rows), ...never])
  const counts = { ...noCounts, leftAlone: left.size, unknown: lost.length - left.size }
  const unsure = lost.filter((id) => !left.has(id))
  return { counts, except: lost.filter((id) => left.has(id)), unsure, until: at }
}
