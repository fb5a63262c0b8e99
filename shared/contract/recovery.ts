import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { bytes } from '../bytes'
import { entryId } from '../entry-id'
import { claimOutcome } from '../model/claim-outcome'
import { job } from '../model/job'
import { planning, recoveryPlan } from '../model/plan'
import { recoveryAction } from '../model/recovery-action'
import { undoPlanning, undoWhich } from '../model/undo-plan'
import { planScript } from '../model/script'
import { selection } from '../model/selection'
import { accepts, looks, onConnection, onGroup, prepares, writes } from './base'

/** Who holds each of 100 000 entries, and what tells their stream and server. */
const MOST_KEPT = 2 * 1024 * 1024

const onRecord = onConnection.extend({ recordId: z.string() })

/** Absent: what is certain. */
const which = undoWhich.optional()

const kept = { keep: z.boolean().optional(), then: z.string().max(MOST_KEPT).optional() }

export const recoveryContract = {
  /** Reads, and says what would happen. Of what one consumer holds the first 10 000 entries are looked at. Kept for ten minutes. */
  plan: prepares.input(onGroup.extend({ selection, action: recoveryAction })).output(recoveryPlan),
  /**
   * The same with every figure counted: walks the pending list page by page, and reports as it goes. `since`: the `plannedAt` of an
   * earlier plan, of which this is to be what is left; what was delivered later is left out.
   * `keep`: the plan comes with what it was made of (`kept`), for `then` of that later one: which is of those entries only that are
   * with the same consumer after as many deliveries, is refused (STALE_PLAN) on another server or stream, and has doubts where
   * nothing proves that they are the same.
   */
  planAll: prepares
    .input(onGroup.extend({ selection, action: recoveryAction, since: z.number().optional(), ...kept }))
    .output(eventIterator(planning)),
  /** A new plan for what a record's job was asked to do: what it left undone. `ids`: of these entries only, those that failed. */
  resume: prepares
    .input(onRecord.extend({ ids: z.array(entryId).min(1).max(1000).optional() }))
    .output(eventIterator(planning)),
  /** Reads, and gives all commands of a plan for redis-cli, part by part; the plan can be run all the same. */
  script: prepares.input(onConnection.extend({ planId: z.string() })).output(eventIterator(planScript)),
  /**
   * Starts the plan as a job. `confirmation`: the name of the stream that loses something (`nameToConfirm`), on production
   * connections, for a plan that does what Redis can't take back. `accepts`: for one that has doubts.
   */
  run: writes.input(onConnection.extend({ planId: z.string(), confirmation: bytes.optional(), accepts })).output(job),
  /** Reads, and says what became since of what a record claimed. Throws BAD_INPUT for one that claimed nothing. */
  outcome: looks.input(onRecord).output(claimOutcome),
  /** Reads, and says what an undo would give back. */
  planUndo: prepares.input(onRecord.extend({ which })).output(eventIterator(undoPlanning)),
  /**
   * Gives back what a record's job changed, where nothing has moved since. Throws BAD_INPUT for `accepts` where there is a
   * doubt that is not among them.
   */
  undo: writes.input(onRecord.extend({ accepts, which })).output(job),
}
