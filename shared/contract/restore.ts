import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { bytes } from '../bytes'
import { importEvent, importFormat } from '../model/entry-import'
import { job } from '../model/job'
import { backup, copiesPlanning, copiesRequest, rebuildPlanning, rebuildRequest, swapPlanning } from '../model/restore'
import { removedBackups, savedUsage } from '../model/saved-usage'
import { accepts, looks, manages, onConnection, onStream, prepares, writes, writesForGood } from './base'

const onRecord = onConnection.extend({ recordId: z.string() })

export const restoreContract = {
  /** What was saved before entries were removed, newest first; at most 200. `older`: how many there are besides. */
  backups: looks.output(z.object({ backups: z.array(backup), older: z.int() })),
  /** How much of what was saved lies in the data directory, what hashes held included. */
  backupUsage: looks.output(savedUsage),
  /** Removes for good what was last written to before that moment (ms since 1970), but for what an undo that is still offered, or a job, needs. */
  removeBackups: manages.input(z.object({ changedBefore: z.number() })).output(removedBackups),
  /**
   * Takes a file of entries, reads and checks it, and keeps it as a backup is until this is left, or an import of it was begun. `format`: null is by how it begins.
   * `again`: of a file that was taken before. BUSY beyond 4 at once.
   */
  readImport: prepares
    .input(z.object({ format: importFormat.nullable(), again: z.string().max(100).nullable() }))
    .output(eventIterator(importEvent)),
  /** Reads a backup to its end, and says what would be added to the end of this stream. Kept for ten minutes. */
  planCopies: prepares.input(onStream.extend(copiesRequest.shape)).output(eventIterator(copiesPlanning)),
  /** Adds them, as a job. */
  addCopies: writes.input(onStream.extend({ planId: z.string() })).output(job),
  /** Reads a backup and its stream to their ends, and says what a new key made of both would hold. */
  planRebuild: prepares.input(onConnection.extend(rebuildRequest.shape)).output(eventIterator(rebuildPlanning)),
  /** Makes it, as a job. The stream itself is not touched. */
  rebuild: writes.input(onConnection.extend({ planId: z.string() })).output(job),
  /** Reads what has changed since a record's job made a new key, and says what a swap would do. */
  planSwap: prepares.input(onRecord).output(eventIterator(swapPlanning)),
  /**
   * Adds what came to the stream since to the new key, and brings its groups to where they are now, as a job. Throws
   * BAD_INPUT for `accepts` where there is a doubt that is not among them; so does `swap`.
   */
  catchUp: writes.input(onRecord.extend({ accepts })).output(job),
  /**
   * Gives the stream's name to the new key; the stream itself is kept aside. It can be taken back, but everybody reads from
   * the new one from then on. `confirmation`: the stream's name, on production connections.
   */
  swap: writesForGood
    .input(onStream.extend({ planId: z.string(), confirmation: bytes.optional(), accepts }))
    .output(job),
}
