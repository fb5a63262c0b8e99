import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { bytes } from '../bytes'
import { entryId } from '../entry-id'
import { comparison } from '../model/comparison'
import { heldPage } from '../model/entry'
import { pendingHistogram, pendingPage, pendingSummary } from '../model/pending'
import { criteria } from '../model/selection'
import { MOST_BUCKETS, pendingTimeline } from '../model/timeline'
import { looks, onGroup, pageSize } from './base'

/** Of times, the last that a date can have; of a stretch, some years. */
const MOST_MS = 8_640_000_000_000_000
const MOST_STEP_MS = 400 * 86_400_000

export const pendingContract = {
  summary: looks.input(onGroup).output(pendingSummary),
  /**
   * XPENDING in id order, of the group or one consumer, after the last id seen. `bodies` reads the entries too, but for
   * those `held`: of these only whether they are there is told, or null where that was not looked at. With
   * `criteria` only what matches; a call looks at some 10 000 entries at most, so it may give few or none and still go on.
   */
  page: looks
    .input(
      onGroup.extend({
        consumer: bytes.optional(),
        from: entryId.optional(),
        after: entryId.optional(),
        count: pageSize,
        bodies: z.boolean(),
        held: heldPage.optional(),
        criteria: criteria.optional(),
      }),
    )
    .output(pendingPage),
  /**
   * By what one entry differs from up to 100 of its stream that the group is done with, the nearest ones, some 4 MiB of them at most.
   * NOT_FOUND entry where it is gone from the stream.
   */
  compare: looks.input(onGroup.extend({ id: entryId })).output(comparison),
  /** How many pending entries lie in each of `count` stretches of time, each `stepMs` long, by the times in their ids. */
  timeline: looks
    .input(
      onGroup.extend({
        fromMs: z.int().min(0).max(MOST_MS),
        stepMs: z.int().min(1).max(MOST_STEP_MS),
        count: z.int().min(1).max(MOST_BUCKETS),
      }),
    )
    .output(pendingTimeline),
  /** Walks the whole list page by page and reports as it counts. */
  histogram: looks.input(onGroup.extend({ consumer: bytes.optional() })).output(eventIterator(pendingHistogram)),
}
