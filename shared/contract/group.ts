import { z } from 'zod'
import { entryId } from '../entry-id'
import { consumer, group } from '../model/group'
import { onGroup, onStream, reads, writes } from './base'

export const groupContract = {
  /** XINFO GROUPS with the honest lag. `countLag` counts up to 10 000 entries per group where the ids alone don't tell. */
  list: reads.input(onStream.extend({ countLag: z.boolean() })).output(z.array(group)),
  consumers: reads.input(onGroup).output(z.array(consumer)),
  /** XGROUP CREATE; `start`: `$` for new entries only, else the id after which it reads. */
  create: writes
    .input(onGroup.extend({ start: z.union([z.literal('$'), entryId]), mkstream: z.boolean() }))
    .output(z.void()),
}
