import { z } from 'zod'
import { bytes } from '../bytes'
import { entryId } from '../entry-id'
import { entryQuery } from './entry-query'
import { criteria } from './selection'

export const EXPORT_FORMATS = ['jsonl', 'csv', 'redis-cli'] as const
export const exportFormat = z.enum(EXPORT_FORMATS)
export type ExportFormatId = z.infer<typeof exportFormat>

/** Of a script: what it makes besides the entries. `pending`: the groups, and what is pending in them. */
export const exportedGroups = z.enum(['none', 'groups', 'pending'])
export type ExportedGroups = z.infer<typeof exportedGroups>

export const MOST_EXPORTED_IDS = 10_000
const ids = z.array(entryId).min(1).max(MOST_EXPORTED_IDS)

/** Entries of a stream: all; from the smaller id to the greater one, both included; these; those that are like `query`; so many. */
export const entriesChoice = z.object({
  from: entryId.optional(),
  to: entryId.optional(),
  ids: ids.optional(),
  query: entryQuery.optional(),
  most: z.int().min(1).optional(),
})
export type EntriesChoice = z.infer<typeof entriesChoice>

const entriesExport = entriesChoice.extend({
  kind: z.literal('entries'),
  order: z.enum(['oldest', 'newest']),
  groups: exportedGroups.optional(),
})
export type EntriesExport = z.infer<typeof entriesExport>

/** What is pending in a group, in the order of ids: all, these, or what is like `criteria`. `bodies`: with the fields of each entry. */
const pendingExport = z.object({
  kind: z.literal('pending'),
  group: bytes,
  ids: ids.optional(),
  criteria: criteria.optional(),
  bodies: z.boolean(),
})
export type PendingExport = z.infer<typeof pendingExport>

/** The groups of a stream, with their consumers. */
const groupsExport = z.object({ kind: z.literal('groups') })

export const exportSource = z.discriminatedUnion('kind', [entriesExport, pendingExport, groupsExport])
export type ExportSource = z.infer<typeof exportSource>

/**
 * `as`: values as they are stored, or as what they were decoded to where a text says that. A script takes them as they are.
 * `unmasked`: with what is masked, which is journaled on a production connection.
 */
export const exportChoice = z.object({
  format: exportFormat,
  as: z.enum(['raw', 'decoded']),
  source: exportSource,
  unmasked: z.boolean().optional(),
})
export type ExportChoice = z.infer<typeof exportChoice>

/** A script makes a stream: by ids that grow, of bytes as they are; and groups of one that is whole. */
export function isPossible({ format, as, source }: ExportChoice): boolean {
  const isScript = format === 'redis-cli'
  if (isScript && as !== 'raw') return false
  if (source.kind !== 'entries') return true
  if (!isScript) return (source.groups ?? 'none') === 'none'
  return source.order === 'oldest' && ((source.groups ?? 'none') === 'none' || isWhole(source))
}

/** All entries of the stream. */
export function isWhole({ from, to, ids: some, query, most }: EntriesExport): boolean {
  return [from, to, some, query, most].every((each) => each === undefined)
}

/** Where it goes: a file of the host's machine, a path of the web host to fetch it from, or whoever called the command line. */
export const exportTarget = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('file'), file: z.string() }),
  z.object({ kind: z.literal('offered'), path: z.string(), fileName: z.string() }),
  z.object({ kind: z.literal('output') }),
])
export type ExportTarget = z.infer<typeof exportTarget>

/**
 * Why there is no whole file. `cancelled`: no file was chosen; `left`: whoever fetched it went away; `not-fetched`: nobody came for it;
 * `stream-gone`, `stream-anew`: it is not there any more, or another one of the same name is.
 */
export const exportStop = z.enum(['cancelled', 'left', 'not-fetched', 'stream-gone', 'stream-anew'])
export type ExportStop = z.infer<typeof exportStop>

/**
 * `begun`: `total` is how many it will be about, null where nobody knows. `written`: `rows` so far, of so many gone through. `end`: the
 * file is whole. `removed`: how many entries were removed from the stream while it was read, of which some may not be in it; null: not known.
 * `missing`: of the ids that were asked for, how many are not there. `untold`: of so many nobody could tell whether they are what is looked
 * for, so that they are not in it. `masked`: so many values are not in it, or not whole.
 */
export const exportEvent = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('begun'), target: exportTarget, total: z.int().nullable() }),
  z.object({ kind: z.literal('written'), rows: z.int(), read: z.int(), bytes: z.int(), at: entryId.nullable() }),
  z.object({
    kind: z.literal('end'),
    rows: z.int(),
    bytes: z.int(),
    removed: z.int().nullable(),
    missing: z.int(),
    untold: z.int(),
    masked: z.int(),
  }),
  z.object({ kind: z.literal('stopped'), why: exportStop, rows: z.int() }),
])
export type ExportEvent = z.infer<typeof exportEvent>
