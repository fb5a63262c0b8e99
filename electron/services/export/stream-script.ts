import { compareIds, type EntryId } from '../../../shared/entry-id'
import type { EntryRow, GroupRow, Part } from '../../../shared/export/rows'
import type { ScriptFormat } from '../../../shared/export/script'
import type { ExportedGroups } from '../../../shared/model/export'
import { toBuffer } from '../../redis/bytes'
import type { Source } from '../../redis/source'
import type { StreamInfo } from '../../redis/xinfo'
import { createPendingIds, MOST_AT_ONCE } from './gone-ids'
import { pendingPages, type PendingRun } from './pending-pages'
import { toPendingRows } from './to-rows'

/** The script of a whole stream: its entries with what stands in for some, and what follows them. */
export interface StreamScript {
  entries(rows: readonly EntryRow[]): AsyncGenerator<Iterable<Part>, void>
  /** Once all entries were given. Tells with each part what of the pending lists was gone through for it. */
  rest(
    signal: AbortSignal | undefined,
  ): AsyncGenerator<{ readonly parts: Iterable<Part>; readonly run: PendingRun | null }, void>
}

/**
 * Redis makes pending only what is there (7.0+): for what is pending and gone an entry stands in, and is taken away once it is claimed. The
 * counters come before the groups, since from Redis 8.6 on no group has read more than was ever added, and once more after a deletion, which
 * moves them.
 */
export function createStreamScript(
  source: Source,
  script: ScriptFormat,
  stream: StreamInfo,
  groups: readonly GroupRow[],
  what: ExportedGroups,
): StreamScript {
  const names = what === 'pending' ? groups.map(({ name }) => toBuffer(name)) : []
  const pending = createPendingIds(source, names)
  const { lastGeneratedId } = stream
  let firstId: EntryId | null = null
  let hasStandIns = false
  /** Those between entries; what lies before the first one a trim takes away. */
  const between: EntryId[] = []

  function standIn(id: EntryId): string {
    hasStandIns = true
    if (firstId !== null) between.push(id)
    return script.standIn(id)
  }

  /** Entries and, in the order of ids, what stands in for those that are not among them. */
  function* merged(rows: readonly EntryRow[], ids: readonly EntryId[]): Generator<Part, void> {
    let at = 0
    for (const row of rows) {
      while (at < ids.length && compareIds(ids[at] as EntryId, row.id) < 0) yield standIn(ids[at++] as EntryId)
      if (ids[at] === row.id) at += 1
      firstId ??= row.id
      yield* script.entries([row])
    }
    for (; at < ids.length; at += 1) yield standIn(ids[at] as EntryId)
  }

  return {
    async *entries(rows) {
      const last = rows.at(-1)
      if (last === undefined) return
      let from = 0
      for (;;) {
        const ids = names.length === 0 ? [] : await pending.upTo(last.id)
        const isLast = ids.length < MOST_AT_ONCE
        const limit = ids.at(-1)
        let to = rows.length
        if (!isLast && limit !== undefined) {
          to = from
          while (to < rows.length && compareIds((rows[to] as EntryRow).id, limit) <= 0) to += 1
        }
        yield merged(rows.slice(from, to), ids)
        from = to
        if (isLast) return
      }
    },
    async *rest(signal) {
      for (let ids = await pending.upTo(lastGeneratedId); ids.length > 0; ids = await pending.upTo(lastGeneratedId)) {
        yield { parts: merged([], ids), run: null }
      }
      yield { parts: [script.facts(stream)], run: null }
      if (what === 'none') return
      yield { parts: script.groups(groups), run: null }
      for (const { name } of what === 'pending' ? groups : []) {
        const of = { ...source, group: toBuffer(name) }
        for await (const run of pendingPages(of, { bodies: false, criteria: { to: lastGeneratedId } }, signal)) {
          yield { parts: script.claims(name, await toPendingRows(run.rows, null)), run }
        }
      }
      if (!hasStandIns) return
      yield { parts: script.withoutStandIns(between, firstId), run: null }
      yield { parts: [script.facts(stream)], run: null }
    },
  }
}
