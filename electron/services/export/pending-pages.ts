import { compareIds, nextId, type EntryId } from '../../../shared/entry-id'
import type { PendingExport } from '../../../shared/model/export'
import { asksForBody } from '../../../shared/model/selection'
import { toBuffer } from '../../redis/bytes'
import type { GroupSource } from '../../redis/source'
import type { RawEntry } from '../../redis/xrange'
import { createBodyParts } from '../inspection/body-parts'
import { observeIds, observeRange, type Observation, type ObservedRow } from '../inspection/observe-pending'
import { bodyTest, rowTest, spanOf } from '../inspection/pending-criteria'
import { createTimeSlice } from '../lib/time-slice'
import { pageAhead, type RunOf } from './page-ahead'

/** `body` null: gone from the stream; absent: not read. */
export type PendingRun = RunOf<ObservedRow & { readonly body?: RawEntry | null }>

const PAGE = 1_000
const RUN_IDS = 500

/** What is pending and wanted, in the order of ids, in bounded pages. Idle time is asked for as it was when it began. Throws as XPENDING, and XRANGE where bodies are read. */
export async function* pendingPages(
  source: GroupSource,
  { ids, criteria = {}, bodies }: Omit<PendingExport, 'kind' | 'group'>,
  signal: AbortSignal | undefined,
): AsyncGenerator<PendingRun, void> {
  const pages = ids === undefined ? rangePages(source, spanOf(criteria, null), oneOf(criteria)) : idPages(source, ids)
  const parts = createBodyParts(source.reader, source.key, RUN_IDS)
  const hasBody = await bodyTest(criteria)
  const slice = createTimeSlice(signal)
  let isMatch: ReturnType<typeof rowTest> | null = null
  for await (const { page, missing } of pageAhead(pages, { signal, isLarge: () => false })) {
    isMatch ??= rowTest(criteria, page.at)
    const last = page.rows.at(-1)
    if (last === undefined) {
      if (missing > 0) yield { rows: [], read: 0, at: ids?.at(-1) ?? '0-0', missing, untold: 0 }
      continue
    }
    const run = { read: page.rows.length, at: last.id, missing, untold: 0 }
    const likely = page.rows.filter(isMatch)
    if (!bodies && !asksForBody(criteria)) {
      yield { rows: likely, ...run }
      continue
    }
    yield { rows: [], ...run }
    for await (const part of parts(likely)) {
      const read = part.rows.map((row) => ({ ...row, body: part.bodies.get(row.id) ?? null }))
      const rows: PendingRun['rows'][number][] = []
      let untold = 0
      slice.begin()
      for (const row of read) {
        const is = hasBody(row.body)
        if (is === true) rows.push(row)
        if (is === null) untold += 1
        if (slice.isOver()) await slice.rest()
      }
      yield { rows, read: 0, at: last.id, missing: 0, untold }
    }
  }
}

interface Paged {
  readonly page: Observation
  readonly missing: number
}

async function* rangePages(
  { reader, key, group }: GroupSource,
  span: { readonly from: string; readonly to: string },
  only: { readonly consumer?: Buffer },
): AsyncGenerator<Paged, void> {
  for (let from: string | null = span.from; from !== null;) {
    const page: Observation = await observeRange(reader, key, group, { from, to: span.to, count: PAGE, ...only })
    yield { page, missing: 0 }
    const last = page.rows.at(-1)
    from = last === undefined || page.rows.length < PAGE ? null : nextId(last.id)
  }
}

async function* idPages({ reader, key, group }: GroupSource, ids: readonly EntryId[]): AsyncGenerator<Paged, void> {
  const sorted = [...new Set(ids)].sort(compareIds)
  for (let at = 0; at < sorted.length; at += RUN_IDS) {
    const some = sorted.slice(at, at + RUN_IDS)
    const page = await observeIds(reader, key, group, some)
    yield { page, missing: some.length - page.rows.length }
  }
}

/** XPENDING walks one consumer's own list, where only one is asked for. */
function oneOf({ consumers }: NonNullable<PendingExport['criteria']>): { readonly consumer?: Buffer } {
  const [only, ...others] = consumers ?? []
  return only === undefined || others.length > 0 ? {} : { consumer: toBuffer(only) }
}
