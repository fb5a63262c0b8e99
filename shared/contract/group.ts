import { z } from 'zod'
import { bytes } from '../bytes'
import { entryId } from '../entry-id'
import { consumer, group } from '../model/group'
import { groupChange, groupChangePlan } from '../model/group-change'
import { job } from '../model/job'
import { lastWords } from '../model/last-words'
import { looks, onGroup, onStream, prepares, writes } from './base'

export const groupContract = {
  /** XINFO GROUPS with the honest lag. `countLag` counts up to 10 000 entries per group where the ids alone don't tell. */
  list: looks.input(onStream.extend({ countLag: z.boolean() })).output(z.array(group)),
  consumers: looks.input(onGroup).output(z.array(consumer)),
  /** Who fell silent in it while it held entries, and with what, as seen since the connection is watched. Asks no server. */
  lastWords: looks.input(onGroup).output(lastWords),
  /**
   * XGROUP CREATE; `start`: `$` for new entries only, else the id after which it reads. `countRead`: with ENTRIESREAD
   * (7.0+), where that can be counted; then `$` is the last id there was when it was counted. `replyLost`: no reply told it, the group was found.
   * NOT_CARRIED_OUT, UNKNOWN_OUTCOME where it was not.
   */
  create: writes
    .input(
      onGroup.extend({
        start: z.union([z.literal('$'), entryId]),
        mkstream: z.boolean(),
        countRead: z.boolean().optional(),
      }),
    )
    .output(z.object({ replyLost: z.boolean() })),
  /** XGROUP CREATECONSUMER (6.2+); `isNew` false where it was there already. `replyLost` as above. */
  createConsumer: writes
    .input(onGroup.extend({ consumer: bytes }))
    .output(z.object({ isNew: z.boolean(), replyLost: z.boolean() })),
  /** Reads, and says where the group would stand. Kept for ten minutes. */
  planChange: prepares.input(onGroup.extend({ change: groupChange })).output(groupChangePlan),
  /** Starts it as a job. `confirmation`: the name of what it changes (`changedBy`), on production connections. */
  change: writes.input(onGroup.extend({ planId: z.string(), confirmation: bytes.optional() })).output(job),
}
