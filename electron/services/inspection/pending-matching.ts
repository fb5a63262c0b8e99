import { compareIds, nextId, type EntryId } from '../../../shared/entry-id'
import { asksForBody, type Criteria } from '../../../shared/model/selection'
import { toBuffer } from '../../redis/bytes'
import type { Reader } from '../../redis/reader-writer'
import { pendingRange } from '../../redis/xpending'
import type { PendingPageOptions, Walk } from './pending-walk'
import { rowTest, spanOf } from './pending-criteria'
import { withBodies } from './entry-presence'

/** What one call looks at, about: some 30 ms of the server, in steps of a fraction of one. */
const MOST_WALKED = 10_000
const PAGE = 1_000
/** Where the bodies have to be read to tell, each costs the server a reading of its own. */
const MOST_READ = 1_000
const PAGE_WITH_BODIES = 200

/**
 * The next rows of the pending list that are like `criteria`, at most `count`. Idle time is taken as it is now. Ends early
 * when it has looked at enough; `next` tells of more.
 */
export async function matchingRows(
  reader: Reader,
  key: Buffer,
  group: Buffer,
  options: PendingPageOptions & { readonly criteria: Criteria },
  signal?: AbortSignal,
): Promise<Walk> {
  const { criteria, consumer, count } = options
  const isMatch = rowTest(criteria, 0)
  const readsBodies = asksForBody(criteria)
  const page = readsBodies ? PAGE_WITH_BODIES : PAGE
  const range = { to: spanOf(criteria, null).to, count: page, ...oneOf(criteria, consumer) }
  const found: Walk['rows'][number][] = []
  const untold: Walk['untold'][number][] = []
  let walked = 0
  let read = 0
  let start = startOf(options)
  let last: EntryId | undefined
  while (start !== null) {
    signal?.throwIfAborted()
    const rows = await pendingRange(reader, key, group, { ...range, from: start })
    const numbered = rows.map((row, at) => ({ ...row, position: walked + at + 1 }))
    // At the time 0 an entry's last delivery was minus its idle time.
    const likely = numbered.filter((row) => isMatch({ ...row, deliveredBy: -row.idleMs }))
    const told = readsBodies ? await withBodies(reader, key, likely, criteria, signal) : { rows: likely, untold: [] }
    const matching = told.rows
    walked += rows.length
    read += readsBodies ? likely.length : 0
    const room = count - found.length
    found.push(...matching.slice(0, room))
    untold.push(...told.untold.map(({ position }) => position))
    if (matching.length > room) return endingWith(found, untold)
    last = rows.at(-1)?.id
    const isEnd = last === undefined || rows.length < page || compareIds(last, range.to) >= 0
    start = last === undefined || isEnd ? null : nextId(last)
    if (found.length === count || walked >= MOST_WALKED || read >= MOST_READ) break
  }
  return { rows: found, next: start === null ? null : (last ?? null), walked, untold }
}

function endingWith(rows: Walk['rows'], untold: Walk['untold']): Walk {
  const last = rows.at(-1)
  return { rows, next: last?.id ?? null, walked: last?.position ?? 0, untold }
}

function startOf({ from, after, criteria }: PendingPageOptions): string | null {
  if (after !== undefined) return nextId(after)
  const least = criteria?.from
  if (from === undefined) return least ?? '-'
  return least !== undefined && compareIds(least, from) > 0 ? least : from
}

/** XPENDING walks one consumer's own list, where only one is asked for. */
function oneOf({ consumers }: Criteria, consumer: Buffer | undefined): { readonly consumer?: Buffer } {
  if (consumer) return { consumer }
  const [only, ...others] = consumers ?? []
  return only === undefined || others.length > 0 ? {} : { consumer: toBuffer(only) }
}
