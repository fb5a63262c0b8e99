import { z } from 'zod'
import { bytes } from '../bytes'
import { job } from '../model/job'
import { trimPlan, trimStrategy } from '../model/trim-plan'
import { references } from '../model/references'
import { onStream, prepares, writesForGood } from './base'

export const trimContract = {
  plan: prepares
    .input(
      onStream.extend({
        strategy: trimStrategy,
        approximate: z.boolean(),
        references: references.optional(),
        /** Keeps what any group still needs, whatever else is asked for: what goes is on no pending list, so `references` is of no account. */
        keepNeeded: z.boolean().optional(),
        limit: z.int().min(100).max(100_000),
      }),
    )
    .output(trimPlan),
  /** `backup` saves what goes as JSON Lines first. `confirmation`: the stream's name, on production connections. */
  run: writesForGood
    .input(onStream.extend({ planId: z.string(), backup: z.boolean(), confirmation: bytes.optional() }))
    .output(job),
}
