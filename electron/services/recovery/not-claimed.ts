import type { EntryId } from '../../../shared/entry-id'
import type { JobCounts } from '../../../shared/model/job'
import { noCounts } from '../job-counts'
import { idsOf } from './batch'
import { observeIds } from './observe'
import { goneIds } from './presence'
import type { RunContext } from './run-context'

/** Why XCLAIM left entries out: Redis 7+ drops one that is gone from the stream; any other had moved. */
export async function whyNotClaimed({ reader, key, group }: RunContext, ids: readonly EntryId[]): Promise<JobCounts> {
  const gone = await goneIds(reader, key, ids)
  const { rows } = await observeIds(reader, key, group, ids)
  const pending = new Set(idsOf(rows))
  const dropped = ids.filter((id) => gone.has(id) && !pending.has(id)).length
  return { ...noCounts, dropped, leftAlone: ids.length - dropped }
}
