import type { EntryId } from '../../../../shared/entry-id'
import { isAppError } from '../../../../shared/error'
import type { JobFailure } from '../../../../shared/model/job'
import { setHashFields } from '../../../redis/hset'
import { writtenValue } from '../../../redis/scripts/give-fields-back'
import { setFieldsIf, type FieldSeen, type SetFields } from '../../../redis/scripts/set-fields-if'
import type { RawEntry } from '../../../redis/xrange'
import type { BodyPart } from '../../inspection/body-parts'
import { isOutcomeUnknown } from '../../jobs/outcome-unknown'
import type { RunContext } from '../../jobs/run-context'
import { message } from '../../../../shared/words/messages'
import type { Message } from '../../../../shared/model/message'
import { reasonOf } from '../../lib/reason-of'
import type { SavedField } from './hash-line'

/** The hash of an entry, or why it has none. */
export type HashKey = { readonly key: Buffer } | { readonly reason: Message }

/** `prefix` and the one value that the entry has in its id field, or its own id where there is none. */
export function hashKeyOf({ id, fields }: RawEntry, prefix: Buffer, idField: Buffer | null): HashKey {
  if (idField === null) return { key: Buffer.concat([prefix, Buffer.from(id)]) }
  const [first, ...others] = fields.filter((_, at) => at % 2 === 1 && fields[at - 1]?.equals(idField))
  if (first === undefined) return { reason: message('recovery.no-id-field') }
  if (others.some((value) => !value.equals(first))) return { reason: message('recovery.two-id-fields') }
  if (first.length === 0) return { reason: message('recovery.empty-id-field') }
  return { key: Buffer.concat([prefix, first]) }
}

export interface HashWrite {
  readonly key: Buffer
  readonly entry: RawEntry
}

/** With what was saved of it; null: it could not be looked at. */
export interface KeptWrite extends HashWrite {
  readonly fields: readonly SavedField[] | null
}

export interface HashNaming {
  readonly prefix: Buffer
  readonly idField: Buffer | null
}

/** The writes of a part of entries whose bodies are there, and why some of them have none. */
export function hashWritesOf(
  { rows, bodies }: BodyPart,
  { prefix, idField }: HashNaming,
): { readonly writes: ReadonlyMap<EntryId, HashWrite>; readonly failures: readonly JobFailure[] } {
  const writes = new Map<EntryId, HashWrite>()
  const failures: JobFailure[] = []
  for (const { id } of rows) {
    const entry = bodies.get(id)
    if (!entry) continue
    const hash = hashKeyOf(entry, prefix, idField)
    if ('key' in hash) writes.set(id, { key: hash.key, entry })
    else failures.push({ id, reason: hash.reason })
  }
  return { writes, failures }
}

export interface HashesWritten {
  /** Confirmed by the server. */
  readonly written: ReadonlySet<EntryId>
  readonly failures: readonly JobFailure[]
  /** The connection was lost before their replies came. */
  readonly lost: readonly EntryId[]
  /** Why no more should be tried; the lost reply, if there is one. */
  readonly error: Error | null
}

/** These are about one key. Any other refusal (OOM, READONLY…) would meet the next entry as well. */
const OF_ONE_KEY: ReadonlySet<string> = new Set(['WRONGTYPE', 'NOPERM'])

/**
 * HSET of each entry's fields, all sent in one go, in order. Where scripts are allowed, only while the hash holds what was
 * saved of it: what others wrote in between would be overwritten, and no undo could give it back. What they may hold in all is
 * the caller's to bound.
 */
export async function writeHashes(
  { writer, server }: Pick<RunContext, 'writer' | 'server'>,
  writes: readonly KeptWrite[],
): Promise<HashesWritten> {
  const byScript = server.capabilities.eval.available
  const send = async ({ key, entry, fields }: KeptWrite): Promise<SetFields> => {
    if (byScript && fields !== null) return setFieldsIf(writer, key, entry.fields, fields.map(seenField))
    await setHashFields(writer, key, entry.fields)
    return 'written'
  }
  const replies = await Promise.allSettled(writes.map(send))
  const written = new Set<EntryId>()
  const failures: JobFailure[] = []
  const lost: EntryId[] = []
  const errors: Error[] = []
  for (const [at, reply] of replies.entries()) {
    const id = writes[at]?.entry.id
    if (id === undefined) continue
    if (reply.status === 'fulfilled') {
      if (reply.value === 'written') written.add(id)
      else failures.push({ id, reason: message('recovery.hash-changed') })
      continue
    }
    const error = reply.reason instanceof Error ? reply.reason : new Error('a write failed', { cause: reply.reason })
    if (isOutcomeUnknown(error)) lost.push(id)
    else failures.push({ id, reason: message('recovery.not-written', { why: reasonOf(error) }) })
    if (!isAppError(error, 'REDIS') || !OF_ONE_KEY.has(error.data.prefix)) errors.push(error)
  }
  return { written, failures, lost, error: errors.find(isOutcomeUnknown) ?? errors[0] ?? null }
}

function seenField({ name, before }: SavedField): FieldSeen {
  return { name, value: before === null ? null : writtenValue(before) }
}
