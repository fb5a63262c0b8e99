import { MIN_ID, type EntryId } from '../../shared/entry-id'
import type { Entry } from '../../shared/model/entry'
import type { EntryQuery, TailEvent } from '../../shared/model/entry-query'
import { api } from '../api/client'
import type { StreamTarget } from '../stores/targets'

const SEEDED = 100
/** So many are gone through for those that are looked for, and to catch up after a lost link. */
const REACH = 1_000

/** `paths`: what is told of each entry, see `rowView`. */
type TailTarget = StreamTarget & { readonly paths?: string[] }

interface Past {
  /** Null: nothing is there. */
  readonly event: TailEvent | null
  /** From behind which new entries come; undefined: from now on, since there were more than are caught up with. */
  readonly after: EntryId | undefined
}

/** The last entries of a stream, or those that came behind `lastId`, in the order of ids: what a live tail begins with. */
export function tailPast(
  on: TailTarget,
  query: EntryQuery | null,
  lastId: EntryId | null,
  signal: AbortSignal,
): Promise<Past> {
  return query === null ? allPast(on, lastId, signal) : foundPast(on, query, lastId, signal)
}

async function allPast(on: StreamTarget, lastId: EntryId | null, signal: AbortSignal): Promise<Past> {
  const { entries, next } = await (lastId === null
    ? api().entry.page({ ...on, order: 'newest', count: SEEDED }, { signal })
    : api().entry.page({ ...on, order: 'oldest', after: lastId, count: REACH }, { signal }))
  const inOrder = lastId === null ? entries.toReversed() : entries
  const at = inOrder.at(-1)?.id
  const event = at === undefined ? null : { entries: inOrder, passed: 0, partly: 0, at }
  return { event, after: lastId !== null && next !== null ? undefined : (at ?? lastId ?? MIN_ID) }
}

async function foundPast(
  on: TailTarget,
  query: EntryQuery,
  lastId: EntryId | null,
  signal: AbortSignal,
): Promise<Past> {
  const newest =
    lastId === null ? (await api().entry.page({ ...on, order: 'newest', count: 1 }, { signal })).entries[0] : null
  if (newest === undefined) return { event: null, after: MIN_ID }
  const span =
    newest === null
      ? { order: 'oldest' as const, after: lastId ?? MIN_ID }
      : { order: 'newest' as const, to: newest.id }
  const found: Entry[] = []
  let read = { entries: 0, partly: 0, at: null as EntryId | null }
  let isMore = false
  for await (const event of await api().entry.search({ ...on, ...span, query, reach: REACH }, { signal })) {
    if (event.kind === 'found') found.push(...event.entries)
    else if (event.kind === 'read') read = event
    else isMore = event.next !== null
  }
  const at = newest?.id ?? read.at
  const inOrder = newest === null ? found : found.toReversed()
  const { entries, partly } = read
  const event = at === null ? null : { entries: inOrder, passed: entries - found.length, partly, at }
  return { event, after: newest === null && isMore ? undefined : (at ?? lastId ?? MIN_ID) }
}
