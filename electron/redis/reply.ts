import { parseCount, type Count } from '../../shared/count'
import { isEntryId, type EntryId } from '../../shared/entry-id'

/** A reply as the client hands it on: bulk strings are Buffers, integers are strings, statuses are either. */
export type Reply = Buffer | string | number | null | readonly Reply[]

/** The reply had another shape than the command's documentation says: a server that is Redis in name only. */
export class ReplyShapeError extends Error {
  override readonly name = 'ReplyShapeError'
}

function unexpected(wanted: string, reply: Reply | undefined): never {
  throw new ReplyShapeError(
    `the server's reply has ${
      Array.isArray(reply) ? 'a list' : reply === null ? 'nil' : reply === undefined ? 'nothing' : typeof reply
    } where ${wanted} belongs`,
  )
}

export function asList(reply: Reply | undefined): readonly Reply[] {
  return Array.isArray(reply) ? (reply as readonly Reply[]) : unexpected('a list', reply)
}

/** A flat list of names and values, which may repeat. */
export function asPairs(reply: Reply | undefined): readonly Reply[] {
  const flat = asList(reply)
  return flat.length % 2 === 0 ? flat : unexpected('a value', undefined)
}

export function asBuffer(reply: Reply | undefined): Buffer {
  if (Buffer.isBuffer(reply)) return reply
  if (typeof reply === 'string') return Buffer.from(reply, 'utf8')
  return unexpected('a string', reply)
}

/** For names of fields and other ASCII; names that people chose go through `asBuffer`. */
export function asText(reply: Reply | undefined): string {
  if (typeof reply === 'string') return reply
  return Buffer.isBuffer(reply) ? reply.toString('latin1') : unexpected('a string', reply)
}

/** Two unsigned 64-bit halves: nothing can be compared with, or sent as, what is none. */
export function asId(reply: Reply | undefined): EntryId {
  const text = asText(reply)
  return isEntryId(text) ? text : unexpected('an id', reply)
}

export function asCount(reply: Reply | undefined): Count {
  if (typeof reply === 'number') return reply
  const text = asText(reply)
  return /^-?\d{1,19}$/.test(text) ? parseCount(text) : unexpected('an integer', reply)
}

/** For integers that can't grow past 2^53 on any real server (lengths, milliseconds); beyond, the reply makes no sense. */
export function asNumber(reply: Reply | undefined): number {
  const count = asCount(reply)
  return typeof count === 'number' ? count : unexpected('a number below 2^53', reply)
}

/** A flat list of names and values (the `legacy` shape of a map), by name: never trust a position. */
export function asRecord(reply: Reply | undefined): ReadonlyMap<string, Reply> {
  const flat = asList(reply)
  const record = new Map<string, Reply>()
  for (let at = 0; at + 1 < flat.length; at += 2) record.set(asText(flat[at]), flat[at + 1] ?? null)
  return record
}

/** About how large a reply is, in bytes. */
export function replyBytes(reply: Reply): number {
  if (Buffer.isBuffer(reply) || typeof reply === 'string') return reply.length
  return Array.isArray(reply) ? (reply as readonly Reply[]).reduce<number>((sum, part) => sum + replyBytes(part), 8) : 8
}
