import { compareIds, type EntryId } from '../../../shared/entry-id'
import type { EntriesExport } from '../../../shared/model/export'
import { REPLY_BYTES } from '../../redis/byte-budget'
import type { Source } from '../../redis/source'
import { entryBytes, type RawEntry } from '../../redis/xrange'
import { createBodyParts } from '../inspection/body-parts'
import { entryTest } from '../inspection/entry-test'
import { sift } from '../inspection/sift'
import { walk } from '../inspection/stream-walk'
import { pageAhead, type RunOf } from './page-ahead'

export type EntryRun = RunOf<RawEntry>

/** So many ids are looked up for one run. */
const RUN_IDS = 500

/** The entries that are wanted, in order, whole, and in bounded pages; none beyond `lastId`. Throws as XRANGE does; TOO_LARGE. */
export async function* entryPages(
  source: Source,
  wanted: EntriesExport,
  lastId: EntryId,
  signal: AbortSignal | undefined,
): AsyncGenerator<EntryRun, void> {
  const runs = wanted.ids === undefined ? rangeRuns(source, wanted, lastId) : idRuns(source, wanted)
  const isIt = wanted.query === undefined ? null : await entryTest(wanted.query)
  let left = wanted.most ?? Infinity
  for await (const run of pageAhead(runs, { signal, isLarge })) {
    const { found, untold } = isIt === null ? { found: run.rows, untold: 0 } : await sift(run.rows, isIt, signal)
    const rows = found.length > left ? found.slice(0, left) : found
    left -= rows.length
    yield { ...run, rows, untold }
    if (left <= 0) return
  }
}

async function* rangeRuns(
  { reader, key }: Source,
  wanted: EntriesExport,
  lastId: EntryId,
): AsyncGenerator<EntryRun, void> {
  const low = wanted.from ?? '-'
  const high = wanted.to === undefined || compareIds(wanted.to, lastId) > 0 ? lastId : wanted.to
  const isReverse = wanted.order === 'newest'
  const span = isReverse ? { from: high, to: low, reverse: true } : { from: low, to: high }
  for await (const entries of walk(reader, key, span)) {
    const last = entries.at(-1)
    if (last !== undefined) yield { rows: entries, read: entries.length, at: last.id, missing: 0, untold: 0 }
  }
}

async function* idRuns({ reader, key }: Source, { ids = [], order }: EntriesExport): AsyncGenerator<EntryRun, void> {
  const sorted = [...new Set(ids)].sort(compareIds)
  if (order === 'newest') sorted.reverse()
  const parts = createBodyParts(reader, key, RUN_IDS)
  for await (const { rows, bodies } of parts(sorted.map((id) => ({ id })))) {
    const found = rows.flatMap(({ id }) => bodies.get(id) ?? [])
    const last = rows.at(-1)
    const missing = rows.length - found.length
    if (last !== undefined) yield { rows: found, read: rows.length, at: last.id, missing, untold: 0 }
  }
}

function isLarge({ rows }: EntryRun): boolean {
  return rows.some((entry) => entryBytes(entry) > REPLY_BYTES)
}
