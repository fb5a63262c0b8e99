import { z } from 'zod'
import { journalRecord } from '../model/journal'
import { looks } from './base'

export const journalContract = {
  /**
   * Newest first. `damaged`: lines that could not be read, and were skipped. `newer`: files that a newer Sluice wrote, of
   * which this one may not understand all.
   */
  list: looks
    .input(
      z.object({
        connectionId: z.string().optional(),
        before: z.string().optional(),
        count: z.int().min(1).max(500),
      }),
    )
    .output(
      z.object({ records: z.array(journalRecord), next: z.string().nullable(), damaged: z.int(), newer: z.int() }),
    ),
}
