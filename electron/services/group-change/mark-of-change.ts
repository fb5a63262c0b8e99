import { sameBytes, type Bytes } from '../../../shared/bytes'
import type { Count } from '../../../shared/count'
import type { EntryId } from '../../../shared/entry-id'
import { isAppError } from '../../../shared/error'
import type { GroupChange } from '../../../shared/model/group-change'
import type { GroupSource } from '../../redis/source'
import { pendingSummary } from '../../redis/xpending'
import { MOST_CONSUMERS, readStreamMark, type StreamMark } from '../inspection/stream-mark'

interface Change {
  /** Where the group stands once its id was set. */
  readonly moved: { readonly lastDeliveredId: EntryId; readonly entriesRead: Count | null }
  /** That it is about. */
  readonly ids: readonly EntryId[]
  readonly consumers: readonly Bytes[]
}

/**
 * What stream and group are known again by when a change is taken back: some of what the group had pending, and the group
 * as it stands after the change. One that was destroyed is not to be there.
 */
export async function markOfChange(
  { reader, key, group }: GroupSource,
  change: GroupChange,
  { moved, ids, consumers }: Change,
): Promise<StreamMark | 'gone' | null> {
  const held = await endsOfPending({ reader, key, group })
  const mark = await readStreamMark(reader, key, { group, ids: [...held, ...ids] })
  if (mark === null || mark === 'gone') return mark
  switch (change.kind) {
    case 'destroy group':
      return { ...mark, group: null }
    case 'set id': {
      const entriesRead = moved.entriesRead === null ? null : String(moved.entriesRead)
      return knownBy({ ...mark, group: { lastDeliveredId: moved.lastDeliveredId, entriesRead } }, consumers)
    }
    case 'remove consumer':
      return knownBy(mark, withoutName(consumers, change.consumer))
    case 'make pending':
      return knownBy(mark, [change.consumer, ...consumers])
  }
}

/** Without a consumer there is none that could tell. */
function knownBy(mark: StreamMark, consumers: readonly Bytes[]): StreamMark {
  if (!mark.group || consumers.length === 0) return mark
  return { ...mark, group: { ...mark.group, consumers: consumers.slice(0, MOST_CONSUMERS) } }
}

const withoutName = (consumers: readonly Bytes[], gone: Bytes) => consumers.filter((name) => !sameBytes(name, gone))

async function endsOfPending({ reader, key, group }: GroupSource): Promise<readonly EntryId[]> {
  try {
    const { smallestId, greatestId } = await pendingSummary(reader, key, group)
    return [smallestId, greatestId].filter((id) => id !== null)
  } catch (error) {
    // Who may not look at them is known by the rest.
    if (isAppError(error, 'REDIS')) return []
    throw error
  }
}
