import { z } from 'zod'
import { bytes } from '../bytes'
import { entryId } from '../entry-id'
import { figure } from './figure'
import { references } from './references'

/** Which entries of a stream: those ticked, or all from one id to another, both included. */
export const entrySelection = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ids'), ids: z.array(entryId).min(1).max(10_000) }),
  z.object({ kind: z.literal('range'), from: entryId, to: entryId }),
])
export type EntrySelection = z.infer<typeof entrySelection>

/** Made by reading only: what would go, and which groups need it still. */
export const deletionPlan = z.object({
  id: z.string(),
  connectionId: z.string(),
  key: bytes,
  selection: entrySelection,
  references,
  /** Entries that are in the stream now. */
  entries: z.int(),
  firstId: entryId.nullable(),
  lastId: entryId.nullable(),
  /** Of the ticked ones, those that are not. */
  notFound: z.array(entryId),
  /** Groups that need some of them; `pending`: hold them, `unread`: were not given them yet. */
  groups: z.array(z.object({ name: bytes, pending: figure, unread: figure })),
  /** redis-cli lines: the first one of what the run sends. */
  commands: z.array(z.string()),
})
export type DeletionPlan = z.infer<typeof deletionPlan>
