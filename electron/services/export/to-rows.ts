import type { EntryRow, PendingRow } from '../../../shared/export/rows'
import { fromBuffer, inRuns } from '../../redis/bytes'
import type { RawEntry } from '../../redis/xrange'
import type { ToCells } from './cells'
import type { PendingRun } from './pending-pages'

export async function toEntryRows(entries: readonly RawEntry[], cellsOf: ToCells): Promise<readonly EntryRow[]> {
  const rows: EntryRow[] = []
  for (const entry of entries) {
    const cells = cellsOf(entry)
    rows.push({ id: entry.id, fields: cells instanceof Promise ? await cells : cells })
  }
  return rows
}

/** `cellsOf` null: bodies were not read. */
export async function toPendingRows(
  pending: PendingRun['rows'],
  cellsOf: ToCells | null,
): Promise<readonly PendingRow[]> {
  const named = inRuns(fromBuffer)
  const rows: PendingRow[] = []
  for (const { id, consumer, idleMs, deliveredAt, deliveries, body } of pending) {
    const row = { id, consumer: named(consumer), idleMs, deliveredAt, deliveries }
    if (body === undefined || cellsOf === null) rows.push(row)
    else rows.push({ ...row, fields: body === null ? null : await cellsOf(body) })
  }
  return rows
}
