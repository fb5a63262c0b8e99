import type { EntryId } from '../../../shared/entry-id'
import { fromBuffer } from '../../redis/bytes'
import { createBodyLog } from '../backup/body-log'
import type { JobStep } from '../jobs/job-step'
import type { Batch } from '../jobs/run-batch'
import { noCounts } from '../../../shared/judgement/job-counts'
import type { RedriveContext } from './context'
import type { Letter } from './letter'

/** Saves dead letters before they are deleted, and writes down which of them went. */
export interface LetterBackup {
  /** On the disk when it resolves: only then may they be sent. Throws STORAGE. */
  save(letters: readonly Letter[]): Promise<JobStep>
  /** The same sending, and reading back, of those saved last. */
  confirming<T extends Pick<Batch, 'send' | 'readBack'>>(batch: T): T
  /** To be called whatever ends the job. */
  close(): Promise<void>
}

/** One file for all of a job: whatever ends it, what went is in there. */
export function createLetterBackup({ record, key }: RedriveContext, dataDir: string): LetterBackup {
  const log = createBodyLog(dataDir, record.id, fromBuffer(key), 'redrive')
  return {
    async save(letters) {
      await log.add(letters)
      await record.backup(log.file)
      return { done: 0, counts: noCounts, backupFile: log.file }
    },
    confirming(batch) {
      let moved: readonly EntryId[] = []
      return {
        ...batch,
        async send() {
          log.sent()
          const sent = await batch.send()
          moved = entriesOf(sent)
          if (sent.lost.length === 0) await log.confirm(moved)
          return sent
        },
        async readBack(lost, fenced) {
          const read = await batch.readBack(lost, fenced)
          // Of the others nobody can tell: the backup has all of these as unsure.
          if (fenced && read.counts.unknown === 0) await log.confirm([...moved, ...entriesOf(read)])
          return read
        },
      }
    },
    close: () => log.close(),
  }
}

/** What was copied, and then deleted. */
function entriesOf({
  copies = [],
}: {
  readonly copies?: readonly (readonly [EntryId, EntryId])[]
}): readonly EntryId[] {
  return copies.map(([id]) => id)
}
