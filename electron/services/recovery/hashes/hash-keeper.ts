import type { EntryId } from '../../../../shared/entry-id'
import type { JobFailure } from '../../../../shared/model/job'
import { message } from '../../../../shared/words/messages'
import { fromBuffer } from '../../../redis/bytes'
import type { ActionContext } from '../../jobs/run-context'
import { reasonOf } from '../../lib/reason-of'
import { createHashLog } from './hash-log'
import type { SavedHash } from './hash-line'
import { readBefore, type HashBefore } from './hashes-before'
import type { HashWrite, KeptWrite } from './write-hashes'

/** Saves what hashes hold before it is overwritten. */
export interface HashKeeper {
  /**
   * What of these writes may be sent: what they overwrite is on the disk by then. Throws STORAGE, and what the reading
   * throws; then none of them may.
   */
  keep(writes: readonly HashWrite[]): Promise<Kept>
  /** The writes for these were refused. */
  refused(ids: readonly EntryId[]): Promise<void>
  close(): Promise<void>
}

interface Kept {
  readonly writes: readonly KeptWrite[]
  readonly failures: readonly JobFailure[]
}

/** `mayLose`: the plan has told that some can't be looked at, and what they hold is lost. */
export function createHashKeeper(context: ActionContext, mayLose: boolean): HashKeeper {
  const { reader, record, dataDir, key } = context
  const log = createHashLog(dataDir, record.id, fromBuffer(key))
  const savedOf = (write: HashWrite, before: HashBefore | undefined): SavedHash | JobFailure => {
    const { id } = write.entry
    if (before === undefined) throw new Error('a hash was not looked at')
    switch (before.state) {
      case 'known':
        return before
      case 'too-large':
        return { id, reason: message('recovery.hash-too-large', { bytes: before.bytes }) }
      case 'no-hash':
        return { id, reason: message('recovery.not-written', { why: reasonOf(before.error) }) }
      case 'unknown':
        if (mayLose) return { id, key: write.key, fields: null }
        return { id, reason: message('recovery.hash-not-looked-at', { why: reasonOf(before.error) }) }
    }
  }
  return {
    async keep(writes) {
      if (writes.length === 0) return { writes: [], failures: [] }
      const before = await readBefore(reader, writes)
      const told = writes.map((write, at) => ({ write, saved: savedOf(write, before[at]) }))
      const may = told.flatMap(({ write, saved }) => ('reason' in saved ? [] : [{ write, saved }]))
      if (may.length > 0) {
        await log.add(may.map(({ saved }) => saved))
        await record.backup(log.file)
      }
      return {
        writes: may.map(({ write, saved }) => ({ ...write, fields: saved.fields })),
        failures: told.flatMap(({ saved }) => ('reason' in saved ? [saved] : [])),
      }
    },
    refused: (ids) => log.refused(ids),
    close: () => log.close(),
  }
}
