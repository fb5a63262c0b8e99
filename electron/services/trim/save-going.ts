import type { EntryId } from '../../../shared/entry-id'
import { noCounts } from '../../../shared/judgement/job-counts'
import type { JobStep } from '../jobs/job-step'
import { openBackup } from '../backup/whole-backup'
import type { TrimOrder } from './trim-order'
import { walk } from '../inspection/stream-walk'

/** Saves all up to an id; gives the file. Left in the middle, by an abort or an error, it leaves no file. */
export async function* saveGoing(
  order: TrimOrder,
  through: EntryId,
  signal: AbortSignal,
): AsyncGenerator<JobStep, string | null> {
  if (!order.backup) return null
  const { reader, key } = order
  const backup = await openBackup(order.backup.dataDir, order.record.id, order.backup.name)
  let whole = false
  try {
    for await (const page of walk(reader, key, { from: '-', to: through })) {
      await backup.add(page)
      yield { done: 0, counts: noCounts }
      if (signal.aborted) return null
    }
    await backup.finish()
    whole = true
    await order.record.backup(backup.file)
    return backup.file
  } finally {
    if (!whole) await backup.discard()
  }
}
