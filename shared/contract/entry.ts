import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { bytes } from '../bytes'
import { entryId } from '../entry-id'
import { deletionPlan, entrySelection } from '../model/deletion'
import { decodeChoice, decodedValue } from '../model/decoded'
import { entryQuery, MOST_FOUND, searchEvent, tailEvent } from '../model/entry-query'
import { entry, entryFields, entryPage, heldPage, paths, savedValue } from '../model/entry'
import { job } from '../model/job'
import { references } from '../model/references'
import { MOST_BUCKETS, timelineEvent } from '../model/timeline'
import { looks, looksBut, onStream, pageSize, prepares, writes, writesForGood } from './base'

/** Of a value that is sent to be decoded, in characters as it travels: a web host takes 1 MiB in one message. */
const DECODED_AS_SENT = 768 * 1024

function sizeOf(value: z.infer<typeof bytes>): number {
  return typeof value === 'string' ? value.length : value.base64.length
}

/** Values that are masked as they are: for operators, and journaled on a production connection before they are told. */
const unmasked = z.boolean().optional()
const looksUnmasked = looksBut({ unmasked: 'operator' })

export const entryContract = {
  /**
   * XRANGE (`oldest` first) or XREVRANGE (`newest` first). `from` is where to begin, included; `after` the last id seen,
   * excluded. Long values are cut. A page may hold fewer than `count` where entries are large; `next` tells of more.
   * `held`: what is known of it, to be asked for over and over at little cost. `paths`: what lies there is told, also of values that are cut.
   */
  page: looks
    .input(
      onStream.extend({
        order: z.enum(['oldest', 'newest']),
        from: entryId.optional(),
        after: entryId.optional(),
        count: pageSize,
        held: heldPage.optional(),
        paths: paths.optional(),
      }),
    )
    .output(entryPage),
  /** One entry with its values whole up to 1 MiB each. TOO_LARGE beyond 8 MiB. */
  get: looksUnmasked.input(onStream.extend({ id: entryId, unmasked })).output(entry),
  /**
   * Of one entry the fields whose names have `find` in them (in any case; all where it is empty), from the one that `skip` of
   * them come before: 50 at most, and fewer where they are long, but one at least. Values are whole up to 1 MiB each. `size`: of
   * the entry, in bytes, where it is known. TOO_LARGE for an entry beyond 8 MiB, unless `large`: then beyond 512.
   */
  fields: looksUnmasked
    .input(
      onStream.extend({
        id: entryId,
        unmasked,
        skip: z.int().min(0).default(0),
        find: z.string().max(200).default(''),
        size: z.int().min(0).optional(),
        large: z.boolean().default(false),
      }),
    )
    .output(entryFields),
  /** One entry as text: all of its fields whole, as an XADD for redis-cli or as JSON. `masked`: so many values are not in it, and the XADD is none to be run. TOO_LARGE beyond 4 MiB of fields. */
  text: looksUnmasked
    .input(onStream.extend({ id: entryId, as: z.enum(['redis-cli', 'json']), unmasked }))
    .output(z.object({ text: z.string(), masked: z.int() })),
  /**
   * The whole value of one field to a file, by its position from 0. `name`: the field's, or its beginning, as it was shown. One value
   * at a time; the bytes are none of the reply. NOT_FOUND field where another is there by now; TOO_LARGE beyond 512 MiB; BAD_INPUT
   * where it is masked, unless `unmasked`.
   */
  saveValue: looksUnmasked
    .input(onStream.extend({ id: entryId, at: z.int().min(0), name: bytes, unmasked }))
    .output(savedValue),
  /**
   * What a value is, layer by layer, with what only the host has: libraries, time and memory, all of it bounded. What it is not is
   * told as its fault. `connectionId`: whose it is; those of one connection wait for each other. `cell`: of a table, in a few words.
   */
  decode: looksUnmasked
    .input(
      decodeChoice.extend({
        unmasked,
        value: bytes.refine((value) => sizeOf(value) <= DECODED_AS_SENT),
        connectionId: z.string().max(200).optional(),
        cell: z.boolean().default(false),
      }),
    )
    .output(decodedValue),
  /**
   * The same of the whole value of one field, by its position from 0, which is not sent for it. NOT_FOUND field; TOO_LARGE beyond 8 MiB;
   * BAD_INPUT where all of it is masked, unless `unmasked`.
   */
  decodeField: looksUnmasked
    .input(decodeChoice.extend({ ...onStream.shape, id: entryId, at: z.int().min(0), field: bytes, unmasked }))
    .output(decodedValue),
  /**
   * Entries that are like `query`, by XRANGE or XREVRANGE from one end on, or from behind `after`; between `from` and `to`, both
   * included; told as they are found, `most` at most, and of `reach` that were gone through. Leaving stops it.
   */
  search: looks
    .input(
      onStream.extend({
        query: entryQuery,
        order: z.enum(['oldest', 'newest']),
        after: entryId.optional(),
        from: entryId.optional(),
        to: entryId.optional(),
        most: z.int().min(1).max(MOST_FOUND).optional(),
        reach: z.int().min(1).optional(),
        paths: paths.optional(),
      }),
    )
    .output(eventIterator(searchEvent)),
  /**
   * New entries as they come (XREAD BLOCK on a connection of its own), from now on, or from behind `after`; with `query` those that are
   * like it, and how many others were passed over. Each event is a batch.
   */
  tail: looks
    .input(onStream.extend({ after: entryId.optional(), query: entryQuery.optional(), paths: paths.optional() }))
    .output(eventIterator(tailEvent)),
  /**
   * How many entries lie where in time, by their ids: few are counted, of many it is worked out from some of them, unless `all`. Told anew as it
   * gets more exact. Between `from` and `to`, both included. Leaving stops it.
   */
  timeline: looks
    .input(
      onStream.extend({
        from: entryId.optional(),
        to: entryId.optional(),
        buckets: z.int().min(1).max(MOST_BUCKETS).optional(),
        all: z.boolean().optional(),
      }),
    )
    .output(eventIterator(timelineEvent)),
  /**
   * XADD. `id` `*` or explicit. NOMKSTREAM unless `create`. `replyLost`: no reply told it, an entry of these fields was found
   * under this id. NOT_CARRIED_OUT, UNKNOWN_OUTCOME where it was not; that one also for an id of the server's, which tells nobody
   * whose an entry is.
   */
  add: writes
    .input(
      onStream.extend({
        id: z.union([z.literal('*'), entryId]),
        fields: z
          .array(z.tuple([bytes, bytes]))
          .min(1)
          .max(1000),
        create: z.boolean(),
      }),
    )
    .output(z.object({ id: entryId, replyLost: z.boolean() })),
  /** Reads, and says which of them are there and which groups need them still. Kept for ten minutes. */
  planDelete: prepares.input(onStream.extend({ selection: entrySelection, references })).output(deletionPlan),
  /** `backup` saves what goes as JSON Lines first. `confirmation`: the stream's name, on production connections. */
  delete: writesForGood
    .input(onStream.extend({ planId: z.string(), backup: z.boolean().default(true), confirmation: bytes.optional() }))
    .output(job),
}
