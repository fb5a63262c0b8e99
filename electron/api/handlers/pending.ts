import { compareEntry } from '../../services/inspection/compare-entry'
import { readPendingPage, summarizePending } from '../../services/inspection/pending'
import { countPending } from '../../services/inspection/pending-histogram'
import { pendingTimelineOf } from '../../services/inspection/timeline/pending-timeline'
import type { Base } from '../base'
import { maskedPending } from '../masked'
import type { Services } from '../services'

export function pendingHandlers({ reads: { pending }, onGroup }: Base, { connections }: Services) {
  return {
    summary: pending.summary
      .use(onGroup)
      .handler(({ context: { reader, key, group } }) => summarizePending(reader, key, group)),
    page: pending.page
      .use(onGroup)
      .handler(async ({ input, context: { reader, key, group, consumer }, signal }) =>
        maskedPending(
          connections.mask(input.connectionId),
          await readPendingPage(reader, key, group, { ...input, consumer }, signal),
        ),
      ),
    compare: pending.compare
      .use(onGroup)
      .handler(({ input, context: { reader, key, group }, signal }) =>
        compareEntry({ reader, key, group }, input.id, connections.mask(input.connectionId), signal),
      ),
    timeline: pending.timeline
      .use(onGroup)
      .handler(({ input, context: { reader, key, group }, signal }) =>
        pendingTimelineOf({ reader, key, group }, input, signal),
      ),
    histogram: pending.histogram
      .use(onGroup)
      .handler(({ context: { reader, key, group, consumer }, signal }) =>
        countPending(reader, key, group, { consumer }, signal),
      ),
  }
}
