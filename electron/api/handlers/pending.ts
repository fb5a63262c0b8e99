import { compareEntry } from '../../services/inspection/compare-entry'
import { readPendingPage, summarizePending } from '../../services/inspection/pending'
import { countPending } from '../../services/inspection/pending-histogram'
import type { Base } from '../base'

export function pendingHandlers({ reads: { pending }, onGroup }: Base) {
  return {
    summary: pending.summary
      .use(onGroup)
      .handler(({ context: { reader, key, group } }) => summarizePending(reader, key, group)),
    page: pending.page
      .use(onGroup)
      .handler(({ input, context: { reader, key, group, consumer }, signal }) =>
        readPendingPage(reader, key, group, { ...input, consumer }, signal),
      ),
    compare: pending.compare
      .use(onGroup)
      .handler(({ input, context: { reader, key, group }, signal }) =>
        compareEntry({ reader, key, group }, input.id, signal),
      ),
    histogram: pending.histogram
      .use(onGroup)
      .handler(({ context: { reader, key, group, consumer }, signal }) =>
        countPending(reader, key, group, { consumer }, signal),
      ),
  }
}
