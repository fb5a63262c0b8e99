import type { JobCounts } from '../../../../shared/model/job'
import type { PriorEntry } from '../../../../shared/model/journal'
import type { NewRecord } from '../../../../electron/services/journal/journal'
import { verbatim } from '../../../../shared/words/messages'

export function claimRecord(changes: Partial<NewRecord> = {}): NewRecord {
  return {
    connectionId: 'c1',
    connectionName: 'Orders',
    action: 'claim',
    key: 'orders',
    group: 'billing',
    request: {
      selection: { kind: 'ids', ids: ['1-0'] },
      action: { kind: 'claim', to: 'worker-2', includeGone: false },
    },
    summary: verbatim('claim to worker-2'),
    commands: ['XCLAIM orders billing worker-2 0 1-0 JUSTID'],
    undo: { possible: true, note: verbatim('') },
    undoes: null,
    ...changes,
  }
}

export function counts(changes: Partial<JobCounts> = {}): JobCounts {
  return { changed: 0, leftAlone: 0, gone: 0, dropped: 0, unknown: 0, ...changes }
}

/** Pending entries `<ms>-0`, all held by one consumer. */
export function priors(ms: readonly number[], consumer: PriorEntry['consumer'] = 'worker-1'): PriorEntry[] {
  return ms.map((each) => ({ id: `${each}-0`, consumer, deliveries: 3, deliveredAt: 1_700_000_000_000 + each }))
}
