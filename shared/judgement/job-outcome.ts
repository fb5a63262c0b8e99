import type { Job } from '../model/job'
import type { JournalRecord } from '../model/journal'
import { KINDS } from '../model/kinds'

/**
 * Whether a job came to its end and left everything as it was. What Redis dropped, may have carried out, or refused half
 * way, is a change.
 */
export function changedNothing({
  kind,
  state,
  counts,
  failures,
}: Pick<Job, 'state' | 'counts'> & {
  readonly kind: JournalRecord['action']
  readonly failures: readonly unknown[]
}): boolean {
  if (!KINDS[kind].countsAll) return false
  const { changed, dropped, unknown } = counts
  return state === 'done' && changed === 0 && dropped === 0 && unknown === 0 && failures.length === 0
}
