import type { EntryId } from '../../../../shared/entry-id'
import type { JobCounts } from '../../../../shared/model/job'
import { existingIds } from '../../../redis/xrange'
import { noCounts } from '../../../../shared/judgement/job-counts'
import { idsOf } from '../../jobs/run-batch'
import { observeIds } from '../../inspection/observe-pending'
import type { RunContext } from '../../jobs/run-context'

/** Why XCLAIM left entries out: Redis 7+ drops one that is gone from the stream; any other had moved. */
export async function whyNotClaimed(context: RunContext, ids: readonly EntryId[]): Promise<JobCounts> {
  const dropped = await countEnded(context, ids)
  return { ...noCounts, dropped, leftAlone: ids.length - dropped }
}

/** The same of XCLAIM FORCE for what was not pending: there was nothing to drop. */
export async function whyNotMadePending(context: RunContext, ids: readonly EntryId[]): Promise<JobCounts> {
  const gone = await countEnded(context, ids)
  return { ...noCounts, gone, leftAlone: ids.length - gone }
}

/** How many are neither pending nor in the stream. */
async function countEnded({ reader, key, group }: RunContext, ids: readonly EntryId[]): Promise<number> {
  const { rows } = await observeIds(reader, key, group, ids)
  const pending = new Set(idsOf(rows))
  const ended = ids.filter((id) => !pending.has(id))
  return ended.length - (await existingIds(reader, key, ended)).size
}
