import { z } from 'zod'
import { bytes } from '../bytes'

export const sampleStep = z.union([z.literal(1_000), z.literal(10_000), z.literal(60_000), z.literal(600_000)])
export type SampleStep = z.infer<typeof sampleStep>

/**
 * A stream over the time it was watched. Every list has one value per `times`; null: not known then. Lags are the
 * server's own figures.
 */
export const samples = z.object({
  stepMs: sampleStep,
  times: z.array(z.number()),
  length: z.array(z.number().nullable()),
  groups: z.array(
    z.object({ name: bytes, pending: z.array(z.number().nullable()), lag: z.array(z.number().nullable()) }),
  ),
  /** So many more there were at the last look that saw any, with less pending and unread than these. */
  moreGroups: z.int(),
})
export type Samples = z.infer<typeof samples>
