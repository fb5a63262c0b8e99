import type { EntryId } from '../../../shared/entry-id'
import { AppError } from '../../../shared/error'
import { differencesOf } from '../../../shared/judgement/failing/differences'
import { entryShape, type EntryShape } from '../../../shared/judgement/failing/entry-shape'
import type { Mask } from '../../../shared/masking/mask'
import type { Comparison } from '../../../shared/model/comparison'
import type { GroupSource } from '../../redis/source'
import { requireGroup } from '../../redis/xinfo'
import { pendingRange } from '../../redis/xpending'
import { entryBytes, rangePage, type RawEntry } from '../../redis/xrange'
import { createTimeSlice, type TimeSlice } from '../lib/time-slice'
import { checkExists } from './entries'
import { maskRaw } from './mask-raw'
import { passedOnSide, type PassedSide } from './passed-entries'

/** So many of those that passed, half of them from either side where there are as many. */
const MOST_PASSED = 100

/**
 * An entry beside those of its stream nearby that the group is done with: by what it differs from them. Reads bodies, about 4 MiB of them at
 * most, so only for somebody who asks. What `mask` hides is alike in all. Throws NOT_FOUND entry, group or stream.
 */
export async function compareEntry(
  source: GroupSource,
  id: EntryId,
  mask: Mask | null,
  signal?: AbortSignal,
): Promise<Comparison> {
  const { reader, key, group } = source
  const { lastDeliveredId } = await requireGroup(source)
  const { entries } = await rangePage(reader, key, { from: id, to: id, count: 1 }, 'cut')
  const [entry] = entries
  if (entry === undefined) {
    await checkExists(reader, key)
    throw new AppError('NOT_FOUND', { what: 'entry', name: id })
  }
  const [pending] = await pendingRange(reader, key, group, { from: id, to: id, count: 1 })
  const slice = createTimeSlice(signal)
  const one = shapeOf(entry, mask)
  const room = { bytes: 0, entries: 0 }
  const later = passedOnSide(source, { side: 'later', id, end: lastDeliveredId, room })
  const earlier = passedOnSide(source, { side: 'earlier', id, end: lastDeliveredId, room })
  const shapes = await take(later, MOST_PASSED / 2, slice, mask)
  shapes.push(...(await take(earlier, MOST_PASSED - shapes.length, slice, mask)))
  // Where one side has less, the other makes up for it.
  shapes.push(...(await take(later, MOST_PASSED - shapes.length, slice, mask)))
  const deliveries = pending?.deliveries ?? null
  return { id, deliveries, passed: shapes.length, ...differencesOf(one, shapes) }
}

async function take(side: PassedSide, count: number, slice: TimeSlice, mask: Mask | null): Promise<EntryShape[]> {
  const shapes: EntryShape[] = []
  while (shapes.length < count) {
    const entry = await side.next(count - shapes.length)
    if (entry === null) break
    if (slice.isOver()) await slice.rest()
    shapes.push(shapeOf(entry, mask))
  }
  return shapes
}

function shapeOf(raw: RawEntry, mask: Mask | null): EntryShape {
  const { entry } = maskRaw(mask, raw)
  const fields = []
  for (let at = 0; at + 1 < entry.fields.length; at += 2) {
    const [name, value] = entry.fields.slice(at, at + 2)
    if (name && value) fields.push({ name, value })
  }
  return entryShape(fields, { moreFields: entry.cut?.moreFields ?? 0, size: entryBytes(raw) })
}
