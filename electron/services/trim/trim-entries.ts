import { nextId, previousId, type EntryId } from '../../../shared/entry-id'
import type { Reader, Writer } from '../../redis/client'
import { streamLength } from '../../redis/xlen'
import { trim } from '../../redis/xtrim'
import { noCounts } from '../job-counts'
import type { JobStep } from '../jobs'
import type { RecordWriter } from '../journal/journal'
import { openBackup } from './backup'
import { walk } from './count-range'

export interface TrimOrder {
  readonly reader: Reader
  readonly writer: Writer
  readonly record: RecordWriter
  readonly key: Buffer
  /** How many the plan said go, at most. */
  readonly removes: number
  /** Null: everything goes up to `upTo`. Undefined: the plan could not read so far; then by count. */
  readonly firstKept: EntryId | null | undefined
  /** The last entry when the plan was made: what came later is never trimmed. */
  readonly lastId: EntryId
  readonly approximate: boolean
  readonly limit: number
  readonly minId: boolean
  readonly exclusiveRange: boolean
  readonly backup: { readonly dataDir: string; readonly name: Parameters<typeof openBackup>[2] } | null
}

/**
 * XTRIM in steps of at most `limit` entries. Wherever the plan knows the first entry to keep (and the server has MINID),
 * the cut is made by that id: producers that add meanwhile can't push more out than was shown. The backup, if any, is
 * whole and on the disk before the first step.
 */
export async function* trimEntries(order: TrimOrder, signal: AbortSignal): AsyncGenerator<JobStep, void> {
  const saved = yield* saveBackup(order, signal)
  if (signal.aborted) return
  const keepFrom = order.firstKept === undefined ? saved : (order.firstKept ?? nextId(order.lastId))
  yield* keepFrom && order.minId ? trimByMinId(order, keepFrom, signal) : trimByLength(order, signal)
}

function step(removed: number): JobStep {
  return { done: removed, counts: { ...noCounts, changed: removed } }
}

async function* trimByMinId(order: TrimOrder, keepFrom: EntryId, signal: AbortSignal): AsyncGenerator<JobStep, void> {
  const { reader, writer, key, limit, approximate } = order
  let left = order.removes
  for (;;) {
    const removed = await trim(writer, key, { kind: 'minid', threshold: keepFrom, approximate: true, limit })
    if (removed === 0) break
    left -= removed
    yield step(removed)
    if (signal.aborted) return
  }
  if (approximate) return
  // What is left is less than a node, or nodes are larger than the limit: then by length, still within the limit.
  while (left > limit) {
    const length = await streamLength(reader, key)
    const removed = await trim(writer, key, {
      kind: 'maxlen',
      threshold: Math.max(0, length - limit),
      approximate: false,
    })
    if (removed === 0) break
    left -= removed
    yield step(removed)
    if (signal.aborted) return
  }
  yield step(await trim(writer, key, { kind: 'minid', threshold: keepFrom, approximate: false }))
}

async function* trimByLength(order: TrimOrder, signal: AbortSignal): AsyncGenerator<JobStep, void> {
  const { reader, writer, key, limit, approximate } = order
  let left = order.removes
  while (left > 0 && !signal.aborted) {
    const length = await streamLength(reader, key)
    const threshold = Math.max(0, length - Math.min(left, limit))
    const removed = await trim(writer, key, { kind: 'maxlen', threshold, approximate })
    if (removed === 0) return
    left -= removed
    yield step(removed)
  }
}

/** Saves what goes; the id after the last entry saved is where the cut is then made. */
async function* saveBackup(order: TrimOrder, signal: AbortSignal): AsyncGenerator<JobStep, EntryId | null> {
  if (!order.backup) return null
  const { reader, key, removes, exclusiveRange, firstKept, lastId } = order
  const to = firstKept ? (previousId(firstKept) ?? '0-0') : lastId
  const backup = await openBackup(order.backup.dataDir, order.record.id, order.backup.name)
  try {
    let left = removes
    let last: EntryId | null = null
    for await (const page of walk(reader, key, { from: '-', to, exclusiveRange, bounded: false })) {
      const going = (page ?? []).slice(0, left)
      await backup.add(going)
      left -= going.length
      last = going.at(-1)?.id ?? last
      yield { done: 0, counts: noCounts }
      if (left <= 0 || signal.aborted) break
    }
    await backup.finish()
    yield { done: 0, counts: noCounts, backupFile: backup.file }
    return last === null ? null : nextId(last)
  } catch (error) {
    backup.abandon()
    throw error
  }
}
