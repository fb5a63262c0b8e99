import type { JournalRecord } from '../../../shared/model/journal'
import { verbatim } from '../../../shared/words/messages'

/** A claim that is done and can be undone. */
export const sampleRecord: JournalRecord = {
  id: 'r1',
  at: 0,
  endedAt: 1,
  connectionId: 'c1',
  connectionName: 'Local',
  who: { by: 'user', name: 'anna' },
  action: 'claim',
  key: 'orders',
  group: 'billing',
  summary: verbatim('claim to worker-2'),
  state: 'done',
  counts: { changed: 1_200, leftAlone: 9, gone: 3, dropped: 0, unknown: 0 },
  commands: [],
  error: null,
  undo: { possible: true, note: verbatim(''), undoneBy: null },
  backupFile: null,
}
