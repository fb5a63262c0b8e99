import { compareIds, MIN_ID, nextId, previousId, type EntryId } from '../../../shared/entry-id'
import { MAX_IDS } from '../../redis/batch'
import { streamInfo, type StreamInfo } from '../../redis/xinfo'
import { deleteWithMode, type ReferenceMode } from '../../redis/xdelex'
import { noCounts } from '../../../shared/judgement/job-counts'
import type { JobStep } from '../jobs/job-step'
import { couldBecome } from '../inspection/stream-snapshot'
import { trimmedAway } from '../inspection/trimmed-away'
import { firstNeed } from './group-needs'
import type { RunningTrim } from './trim-order'
import { runStep } from './trim-step'
import { listIds, type Span } from '../inspection/stream-walk'

/**
 * XDELEX, 500 entries at a time, of what lies up to an id: for the modes in which a trim has to look at each entry's
 * references. With ACKED what a group holds or has not read stays where it is. `stillSame` throws once the stream is another.
 */
export async function* removeByMode(
  order: RunningTrim,
  through: EntryId,
  mode: ReferenceMode,
  stillSame: () => Promise<StreamInfo>,
  signal: AbortSignal,
): AsyncGenerator<JobStep, void> {
  const { reader, writer, key, plan } = order
  const most = Math.min(plan.limit, MAX_IDS)
  let from: string | null = '-'
  for (let number = 0; from !== null; number += 1) {
    const before = await stillSame()
    // Beyond what a group needs nothing goes, though nobody may need it.
    const to = order.keeping === null ? through : await beforeNeeds(order, through)
    const span: Span = { from, to }
    const { ids, complete } = await listIds(reader, key, span, most)
    const last = ids.at(-1)
    if (last === undefined) return
    let kept = 0
    let deleted: readonly EntryId[] = ids
    const send = async (): Promise<number> => {
      const results = await deleteWithMode(writer, key, ids, mode)
      kept = results.filter((result) => result === 'kept').length
      deleted = ids.filter((_, at) => results[at] === 'deleted')
      return deleted.length
    }
    const readBack = async (): Promise<number | null> => {
      if (!couldBecome(before, await streamInfo(reader, key))) return null
      const left = await listIds(reader, key, { ...span, to: last }, most)
      // What was trimmed away nobody deleted by id.
      if (left.ids.length === 0) return (await trimmedAway(order, ids)).size === 0 ? ids.length : null
      // One command removes all of them, or all but those that a group holds. With one of them still there, others may have
      // deleted what isn't.
      return mode === 'ACKED' && left.ids.length < ids.length ? null : 0
    }
    // Read back, all of them went.
    const logWent = async (removed: number): Promise<void> =>
      order.wentLog?.add({ went: runsOf(ids, new Set(deleted)), entries: removed, through: last })
    yield await runStep(order, { number, most: ids.length, send, readBack, logWent }, signal)
    if (kept > 0) yield { done: kept, counts: { ...noCounts, leftAlone: kept } }
    from = complete ? null : nextId(last)
  }
}

async function beforeNeeds(order: RunningTrim, through: EntryId): Promise<EntryId> {
  const need = await firstNeed(order)
  if (need === null || compareIds(need.from, through) > 0) {
    order.hold(null)
    return through
  }
  const after = previousId(need.from) ?? MIN_ID
  order.hold({ by: need.group, after })
  return after
}

/** Runs of ids, of those that follow one another in the list. */
function runsOf(ids: readonly EntryId[], wanted: ReadonlySet<EntryId>): readonly [EntryId, EntryId][] {
  const runs: [EntryId, EntryId][] = []
  let isOpen = false
  for (const id of ids) {
    const last = runs.at(-1)
    if (!wanted.has(id)) isOpen = false
    else if (isOpen && last !== undefined) last[1] = id
    else {
      runs.push([id, id])
      isOpen = true
    }
  }
  return runs
}
