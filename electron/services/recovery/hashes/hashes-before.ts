import type { AppError } from '../../../../shared/error'
import { nameKey } from '../../../redis/bytes'
import { lookAtHashes, type HashLook } from '../../../redis/hash-fields'
import type { Reader } from '../../../redis/reader-writer'
import { writtenValue } from '../../../redis/scripts/give-fields-back'
import type { SavedField, SavedHash } from './hash-line'
import type { HashWrite } from './write-hashes'

/** What may be saved of one hash: one reply, and one line of the file. Bytes. */
export const MOST_SAVED_BYTES = 4 * 1024 * 1024

/** What the hash of one write holds before it, as far as its fields go. */
export type HashBefore =
  | (SavedHash & { readonly state: 'known'; readonly fields: readonly SavedField[]; readonly exists: boolean })
  | { readonly state: 'too-large'; readonly bytes: number }
  | { readonly state: 'no-hash' | 'unknown'; readonly error: AppError<'REDIS'> }

interface Held {
  readonly value: Buffer | null
  readonly expireAt: number | null
}

/**
 * Reads what these writes would overwrite. Where several go to one hash, each is told what it holds after the ones before
 * it. Throws what is no answer about one key.
 */
export async function readBefore(reader: Reader, writes: readonly HashWrite[]): Promise<readonly HashBefore[]> {
  const asked = new Map<string, { readonly key: Buffer; readonly names: Map<string, Buffer> }>()
  const contents = writes.map(({ entry }) => lastValues(entry.fields))
  for (const [at, { key }] of writes.entries()) {
    const known = asked.get(nameKey(key)) ?? { key, names: new Map<string, Buffer>() }
    for (const [name, { name: raw }] of contents[at] ?? []) known.names.set(name, raw)
    asked.set(nameKey(key), known)
  }
  const keys = [...asked.values()]
  const asks = keys.map(({ key, names }) => ({ key, names: [...names.values()] }))
  const looks = await lookAtHashes(reader, asks, MOST_SAVED_BYTES)
  const held = new Map(keys.map(({ key, names }, at) => [nameKey(key), heldIn(looks[at], [...names.keys()])]))
  const lookOf = new Map(keys.map(({ key }, at) => [nameKey(key), looks[at]]))
  return writes.map(({ key, entry }, at): HashBefore => {
    const look = lookOf.get(nameKey(key))
    const now = held.get(nameKey(key))
    if (look === undefined || now === undefined) throw new Error('a hash was not looked at')
    if (look.state === 'too-large') return look
    if (look.state === 'refused') {
      return { state: look.error.data.prefix === 'WRONGTYPE' ? 'no-hash' : 'unknown', error: look.error }
    }
    const fields = [...(contents[at] ?? [])].map(([name, { name: raw, value }]): SavedField => {
      const { value: before, expireAt } = now.get(name) ?? { value: null, expireAt: null }
      now.set(name, { value, expireAt: null })
      return { name: raw, before, expireAt, written: writtenValue(value) }
    })
    return { state: 'known', id: entry.id, key, fields, exists: look.exists }
  })
}

function heldIn(look: HashLook | undefined, names: readonly string[]): Map<string, Held> {
  if (look?.state !== 'read') return new Map()
  return new Map(
    names.map((name, at) => [name, { value: look.values[at] ?? null, expireAt: look.expireAt[at] ?? null }]),
  )
}

/** Of a name that comes twice a hash keeps the last value. */
export function lastValues(
  fields: readonly Buffer[],
): ReadonlyMap<string, { readonly name: Buffer; readonly value: Buffer }> {
  const values = new Map<string, { readonly name: Buffer; readonly value: Buffer }>()
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const [name, value] = [fields[at], fields[at + 1]]
    if (name !== undefined && value !== undefined) values.set(nameKey(name), { name, value })
  }
  return values
}
