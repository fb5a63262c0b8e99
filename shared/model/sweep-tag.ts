import { z } from 'zod'

/**
 * What a journal record, and a job, is a part of: one plan over many groups. `undoes`: the sweep that it takes back.
 */
export const sweepTag = z.object({
  id: z.string(),
  /** Patterns, as they were asked for. */
  stream: z.string(),
  group: z.string(),
  /** How many groups it was begun for. */
  groups: z.int(),
  undoes: z.string().optional(),
})
export type SweepTag = z.infer<typeof sweepTag>
