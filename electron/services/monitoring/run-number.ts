import { createHash } from 'node:crypto'

/**
 * A number for a process of a server, by its `run_id` (INFO), which each start makes anew: of 24 bits, so that it takes no more
 * room than other figures. Null: not told.
 */
export function runNumber(runId: string | null | undefined): number | null {
  if (runId === null || runId === undefined || runId === '') return null
  return createHash('sha256').update(runId).digest().readUIntBE(0, 3)
}
