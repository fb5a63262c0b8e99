import { compareIds, nextId, type EntryId } from '../../../../shared/entry-id'
import { isAppError } from '../../../../shared/error'
import { cutReply } from '../../../redis/errors'
import { askWithoutBodies } from '../../../redis/read-script'
import { asId, asList, asNumber } from '../../../redis/reply'
import type { Source } from '../../../redis/source'
import { entriesOf, parseEntries, rangePage, type RawEntry } from '../../../redis/xrange'

/** From one id to another, both included. */
export interface IdSpan {
  readonly from: EntryId
  readonly to: EntryId
}

/** The first ids of a span. `isWhole`: there are no others in it. */
export interface SpanIds {
  readonly ids: readonly EntryId[]
  readonly isWhole: boolean
}

/** What one command looks at, about: a millisecond or two of the server's time. */
export const MOST_AT_ONCE = 500
/** What the entries of one command may hold where a script looks at them, or where they are sent. */
const LOOKED_BYTES = 1024 * 1024
const SENT_BYTES = 512 * 1024
const MOST_LINES = 16

export interface IdReads {
  /** So many of each span at most. */
  readonly most: number
  /** Bytes of an entry on average. */
  readonly averageBytes: number
}

/**
 * The first ids of each of some spans, which follow one another, in few bounded commands, one after the other: by a script that leaves the
 * bodies where they are (7.0+), else by XRANGE, which brings them. Throws REDIS, UNREACHABLE.
 */
export async function idsWithin(
  source: Source,
  spans: readonly IdSpan[],
  { most, averageBytes }: IdReads,
  signal?: AbortSignal,
): Promise<readonly SpanIds[]> {
  const told: SpanIds[] = []
  while (told.length < spans.length) {
    signal?.throwIfAborted()
    const rest = spans.slice(told.length)
    const found = (await byScript(source, rest, most)) ?? (await byCommands(source, rest, most, averageBytes))
    told.push(...found)
  }
  return told
}

/** Of as many spans as one command looks through, one at least; null: there is no such script. */
async function byScript(
  { reader, key }: Source,
  spans: readonly IdSpan[],
  most: number,
): Promise<readonly SpanIds[] | null> {
  const asked = spans.slice(0, Math.max(1, Math.floor(MOST_AT_ONCE / most)))
  const ranges = asked.flatMap(({ from, to }) => [from, to])
  const reply = await askWithoutBodies(reader, key, 'XRANGE', ['ids', LOOKED_BYTES, most, ...ranges])
  if (reply === null) return null
  const [looked, listed] = asList(reply)
  const ids = asList(listed).map(asId)
  // Where the first one alone is too large for one command, of that as much as was looked at.
  const through = Math.max(1, asNumber(looked))
  let at = 0
  return asked.slice(0, through).map(({ to }, nth) => {
    const first = at
    while (at < ids.length && compareIds(ids[at] ?? to, to) <= 0) at += 1
    const own = ids.slice(first, at)
    return { ids: own, isWhole: own.length < most && nth < asNumber(looked) }
  })
}

async function byCommands(
  { reader, key }: Source,
  spans: readonly IdSpan[],
  most: number,
  averageBytes: number,
): Promise<readonly SpanIds[]> {
  const fit = Math.max(1, Math.floor(SENT_BYTES / Math.max(1, averageBytes)))
  const count = Math.min(most, fit)
  const asked = spans.slice(0, Math.max(1, Math.min(MOST_LINES, Math.floor(Math.min(fit, MOST_AT_ONCE) / count))))
  const lines = asked.map(({ from, to }) => ['XRANGE', key, from, to, 'COUNT', count] as const)
  const replies = await reader.pipeline(lines)
  const told: SpanIds[] = []
  for (const [nth, reply] of replies.entries()) {
    const span = asked[nth]
    if (span === undefined) break
    if (!isAppError(reply)) told.push(spanIds(parseEntries(reply), count))
    else if (cutReply(reply) === null) throw reply
    else if (count === 1) told.push(spanIds(entriesOf(reply), count))
    else told.push(await fewest({ reader, key }, span))
  }
  return told
}

/** Where entries are so large that one reply can't hold some: the first one alone. */
async function fewest({ reader, key }: Source, { from, to }: IdSpan): Promise<SpanIds> {
  const { entries } = await rangePage(reader, key, { from, to, count: 1 }, 'cut')
  return spanIds(entries, 1)
}

function spanIds(entries: readonly RawEntry[], count: number): SpanIds {
  return { ids: entries.map(({ id }) => id), isWhole: entries.length < count }
}

/**
 * Each page of the ids of a span, until its end. Pages are as large as one command may look at. Throws as that; the signal's reason.
 */
export async function* idPages(
  source: Source,
  { from, to }: IdSpan,
  averageBytes: number,
  signal?: AbortSignal,
): AsyncGenerator<readonly EntryId[], void> {
  for (let start: EntryId | null = from; start !== null && compareIds(start, to) <= 0;) {
    const [page] = await idsWithin(source, [{ from: start, to }], { most: MOST_AT_ONCE, averageBytes }, signal)
    const last = page?.ids.at(-1)
    if (page === undefined || last === undefined) return
    yield page.ids
    if (page.isWhole) return
    start = nextId(last)
  }
}
