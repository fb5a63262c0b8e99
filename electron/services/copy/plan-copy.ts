import type { Mask } from '../../../shared/masking/mask'
import { randomUUID } from 'node:crypto'
import { sameBytes } from '../../../shared/bytes'
import { compareIds, type EntryId } from '../../../shared/entry-id'
import type { EntriesChoice, EntriesExport } from '../../../shared/model/export'
import type { Message } from '../../../shared/model/message'
import type { CopyPlan, CopyRequest, CopyWarning } from '../../../shared/model/stream-copy'
import { message } from '../../../shared/words/messages'
import { serverTimeMs } from '../../redis/clock'
import type { Source } from '../../redis/source'
import { entryBytes } from '../../redis/xrange'
import { entryPages } from '../export/entry-pages'
import { requireRange } from '../lib/require-range'
import { takeSnapshot } from '../inspection/stream-snapshot'
import { lookAtTarget } from '../recovery/copies/target-stream'
import { addLine } from '../restore/plan-copies'
import type { RestoreSource } from '../restore/context'
import type { PreparedCopy } from './context'
import { createPace, holdsTime } from './pace'
import type { LeftUndone } from './left-undone'
import { groupsGiven, readTarget, shortMemory } from './target'

export interface CopyPlanning extends CopyRequest {
  /** Of the target. */
  readonly connectionId: string
  readonly key: CopyPlan['key']
}

interface Ends {
  readonly source: Source
  readonly target: RestoreSource
  /** Whether both are on one server, and in one database. */
  readonly isOneServer: boolean
  readonly left: LeftUndone | null
  /** Of what is read, where it is told. */
  readonly mask: Mask | null
}

interface Progress {
  readonly walked: number
  readonly total: number
  readonly matched: number
}

const SHOWN_COMMANDS = 3

/** What to read of the source, from `begin` on: the oldest first, whatever it was looked at by. */
export function readingOf(choice: EntriesChoice, begin: EntryId | null): EntriesExport {
  const from = begin === null || (choice.from && compareIds(choice.from, begin) > 0) ? choice.from : begin
  const ids = begin === null ? choice.ids : choice.ids?.filter((id) => compareIds(id, begin) >= 0)
  return { ...choice, ...(from && { from }), ...(ids && { ids }), kind: 'entries', order: 'oldest' }
}

/**
 * Reads the source up to what it holds now, and looks at the target. Changes nothing. Throws NOT_FOUND stream, of the source; BAD_INPUT for
 * a range that ends before it begins, and where the target is no stream; what XRANGE and XINFO throw.
 */
export async function* planCopy(
  { source, target, isOneServer, left, mask }: Ends,
  { connectionId, key, ...request }: CopyPlanning,
): AsyncGenerator<Progress, Omit<PreparedCopy, 'stamp'>> {
  const { choice, ids, pace, from } = request
  requireRange(choice, 'choice.from')
  const snapshot = await takeSnapshot(source.reader, source.key)
  const { lastGeneratedId } = snapshot.stream
  const through = left !== null && compareIds(left.through, lastGeneratedId) < 0 ? left.through : lastGeneratedId
  await lookAtTarget(target, key)
  const now = await readTarget(target)
  const nowMs = await serverTimeMs(source.reader)
  const begin = left?.begin ?? null
  const spacing = createPace(pace)
  const sum = { entries: 0, bytes: 0, read: 0, notFound: 0 }
  let isAllTold = true
  const commands: string[] = []
  let firstId: EntryId | null = null
  let lastId: EntryId | null = null
  let takesMs = 0
  let timeless: EntryId | null = null
  const isAll = left === null || begin !== null
  const pages = isAll ? entryPages(source, readingOf(choice, begin), through, undefined) : []
  for await (const { rows, read, missing, untold } of pages) {
    if (untold > 0) isAllTold = false
    for (const entry of rows) {
      firstId ??= entry.id
      lastId = entry.id
      sum.entries += 1
      sum.bytes += entryBytes(entry)
      takesMs = spacing.dueMs(entry.id)
      if (!holdsTime(entry.id, nowMs)) timeless ??= entry.id
      if (commands.length < SHOWN_COMMANDS) commands.push(addLine(key, ids === 'keep' ? entry.id : '*', entry, mask))
    }
    sum.read += read
    sum.notFound += missing
    const total = choice.ids?.length ?? snapshot.stream.length
    yield { walked: sum.read, total: Math.max(total, sum.read), matched: sum.entries }
  }
  const isItself = isOneServer && sameBytes(from.key, key)
  const warnings: CopyWarning[] = [
    ...(isItself ? (['itself'] as const) : []),
    ...(now.groups === null ? (['groups-untold'] as const) : []),
    ...(isAllTold ? [] : (['entries-untold'] as const)),
  ]
  const blocked =
    firstId === null ? null : (notAbove(ids, firstId, now.lastId) ?? (pace.kind === 'fast' ? null : notTimes(timeless)))
  const canUndo = target.server.capabilities.xdel
  const why = canUndo.reason ?? message('undo.no-xdel')
  const plan: CopyPlan = {
    ...{ id: randomUUID(), connectionId, key, ...request, ...sum, firstId, lastId },
    takesMs: pace.kind === 'fast' ? null : Math.round(takesMs),
    creates: now.lastId === null,
    targetLastId: now.lastId,
    ...groupsGiven(now, { ids, lastId }),
    memory: await shortMemory(target, sum.bytes),
    blocked,
    ...(left !== null && left.unknown > 0 && { unknown: left.unknown }),
    ...(left !== null && left.doubts.length > 0 && { doubts: [...left.doubts] }),
    warnings,
    undo: {
      possible: canUndo.available,
      note: canUndo.available ? message('undo.copies') : message('undo.copies-stay', { why }),
    },
    commands,
  }
  return { plan, through, begin, snapshot }
}

/** Redis gives out ids upwards only: why these can't be kept. */
function notAbove(ids: CopyRequest['ids'], first: EntryId, last: EntryId | null): Message | null {
  if (ids === 'new' || last === null || compareIds(first, last) > 0) return null
  return message('copy.ids-not-above', { first, last })
}

function notTimes(id: EntryId | null): Message | null {
  return id === null ? null : message('copy.no-times', { id })
}
