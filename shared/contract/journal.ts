import { z } from 'zod'
import { bytes } from '../bytes'
import { journalRecord } from '../model/journal'
import { looks } from './base'

export const journalContract = {
  /**
   * Newest first. `key`: of this stream; `group`: of this group of it, and of all of the stream. `damaged`: lines that could not be read, and were skipped. `newer`: files that a newer Sluice wrote, of
   * which this one may not understand all.
   */
  list: looks
    .input(
      z.object({
        connectionId: z.string().optional(),
        key: bytes.optional(),
        group: bytes.optional(),
        before: z.string().optional(),
        count: z.int().min(1).max(500),
      }),
    )
    .output(
      z.object({ records: z.array(journalRecord), next: z.string().nullable(), damaged: z.int(), newer: z.int() }),
    ),
}
