import { compareIds, type EntryId } from '../../shared/entry-id'
import { idToNumber, numberToId } from './id-arithmetic'
import type { Page, Row } from './list-window'

/** Reads rows in id order from `from` (included) or after `after`. */
export type ReadForward<T> = (
  query: { readonly from?: EntryId; readonly after?: EntryId; readonly count: number },
  signal: AbortSignal,
) => Promise<Page<T>>

interface Probe {
  readonly before: EntryId
  readonly count: number
  /** How far back one page may reach, as a distance of ids: a guess from the rows at hand. */
  readonly span: bigint
}

interface Cut<T> {
  readonly rows: readonly T[]
  /** Nothing lies between these rows and the id. */
  readonly whole: boolean
}

const MAX_PROBES = 40

function cutAt<T extends Row>(page: Page<T>, before: EntryId): Cut<T> {
  const rows = page.rows.filter((row) => compareIds(row.id, before) < 0)
  return { rows, whole: page.next === null || rows.length < page.rows.length }
}

/**
 * The rows just before an id, for a list that can only be read forwards (XPENDING has no reverse form). Reads forwards
 * from a guess further up and bisects until a page ends at the id: no row is skipped or repeated, whatever the gaps.
 * `next` is null when the first row is the list's first.
 */
export async function readBackward<T extends Row>(
  read: ReadForward<T>,
  { before, count, span }: Probe,
  signal: AbortSignal,
): Promise<Page<T>> {
  const end = idToNumber(before)
  // No row lies in [empty, end). `held` is the last page known to lie before `low`, which is just after its last row.
  let empty = end
  let low = 0n
  let held: readonly T[] = []
  let distance = span > 0n ? span : 1n
  let from = end > distance ? end - distance : 0n

  for (let probes = 0; probes < MAX_PROBES; probes += 1) {
    const cut = cutAt(await read({ from: numberToId(from), count }, signal), before)
    const walked = low > 0n && from === low
    const rows = walked ? [...held, ...cut.rows].slice(-count) : cut.rows
    if (cut.rows.length > 0 && cut.whole) return { rows, next: from === 0n ? null : (rows[0]?.id ?? null) }
    const last = cut.rows.at(-1)
    if (last) {
      held = rows
      low = idToNumber(last.id) + 1n
    } else {
      empty = from
    }
    if (empty <= low) return { rows: held, next: held[0]?.id ?? null }
    distance *= 256n
    // A guess is mostly a little short, so after each page further up the one that follows it is tried, then halving.
    if (last && !walked) from = low
    else if (low > 0n) from = low + (empty - low) / 2n
    else from = end > distance ? end - distance : 0n
  }
  return walkForward(read, { held, low: numberToId(low), before, count }, signal)
}

/** The plain way: forwards until the id, keeping the last page's worth of rows. */
async function walkForward<T extends Row>(
  read: ReadForward<T>,
  { held, low, before, count }: { held: readonly T[]; low: EntryId; before: EntryId; count: number },
  signal: AbortSignal,
): Promise<Page<T>> {
  let kept = held
  let page = await read({ from: low, count }, signal)
  for (;;) {
    const cut = cutAt(page, before)
    kept = [...kept, ...cut.rows].slice(-count)
    if (cut.whole || page.next === null) return { rows: kept, next: kept[0]?.id ?? null }
    page = await read({ after: page.next, count }, signal)
  }
}
