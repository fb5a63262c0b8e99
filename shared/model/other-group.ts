import { z } from 'zod'
import { bytes } from '../bytes'
import { figure } from './figure'

const groupLoss = z.object({
  name: bytes,
  /** Entries that it holds. */
  pending: figure,
  /** Entries that were not delivered to it yet. */
  unread: figure,
})
/** A group that is given copies anew. */
const givenCopies = {
  gets: figure,
  /** Of the entries that are copied, those that lie before its position: it was given them already. */
  had: figure,
}
/** The same where the copies go to several streams. */
export const copyReader = z.object({
  stream: bytes,
  name: bytes,
  ...givenCopies,
  /** Of those, dead-lettered from this very group. */
  own: z.int(),
})
export type CopyReader = z.infer<typeof copyReader>
/** Another group: what it loses where entries are deleted, and what it gets where they are copied to its stream. */
export const otherGroup = groupLoss.extend({
  ...{ gets: givenCopies.gets.optional(), had: givenCopies.had.optional() },
  /** Whose group it is, where the copies go to another stream. */
  stream: bytes.optional(),
})
export type OtherGroup = z.infer<typeof otherGroup>
