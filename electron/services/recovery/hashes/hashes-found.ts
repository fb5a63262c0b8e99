import type { EntryId } from '../../../../shared/entry-id'
import type { HashesFound, ShownValue } from '../../../../shared/model/hashes-found'
import type { RecoveryPlan } from '../../../../shared/model/plan'
import { fromBuffer, nameKey } from '../../../redis/bytes'
import type { Source } from '../../../redis/source'
import { entryBytes } from '../../../redis/xrange'
import { createBodyParts } from '../../inspection/body-parts'
import { cutBytes } from '../../inspection/entry-view'
import { lastValues, readBefore, type HashBefore } from './hashes-before'
import { hashWritesOf, type HashNaming, type HashWrite } from './write-hashes'

/** Entries whose bodies hold so much in all are looked at, at most. */
const MOST_BYTES = 8 * 1024 * 1024
/** What is looked at together, so that a server that refuses is not asked for long. */
const PART = 50
const SHOWN = { hashes: 5, fields: 8, nameBytes: 128, valueBytes: 256 } as const

interface Seen {
  readonly key: Buffer
  readonly state: HashBefore['state']
  readonly exists: boolean
  /** By the field's name: as it is, and as the last of the writes leaves it. */
  readonly fields: Map<string, { readonly name: Buffer; readonly before: Buffer | null; after: Buffer }>
  isOverwritten: boolean
  isExpiring: boolean
}

/**
 * Looks at the hashes that the first of these entries would be written to, by reading only. Where the server refuses all
 * of a part, no more are asked for: each refusal is a line of its ACL LOG.
 */
export async function findHashes(
  { reader, key }: Source,
  naming: HashNaming,
  ids: readonly EntryId[],
): Promise<HashesFound> {
  const seen = new Map<string, Seen>()
  let [looked, bytes] = [0, 0]
  const parts = createBodyParts(reader, key, PART)
  for await (const part of parts(ids.map((id) => ({ id })))) {
    const writes = [...hashWritesOf(part, naming).writes.values()]
    const before = await readBefore(reader, writes)
    for (const [at, write] of writes.entries()) note(seen, write, before[at])
    looked += part.rows.length
    bytes += writes.reduce((sum, { entry }) => sum + entryBytes(entry), 0)
    const isRefused = writes.length > 0 && before.every(({ state }) => state === 'unknown')
    if (isRefused || bytes > MOST_BYTES) break
  }
  const all = [...seen.values()]
  const count = (wanted: (each: Seen) => boolean): number => all.filter(wanted).length
  return {
    looked,
    exist: count(({ state, exists }) => state === 'too-large' || (state === 'known' && exists)),
    overwritten: count(({ isOverwritten }) => isOverwritten),
    expiring: count(({ isExpiring }) => isExpiring),
    noHash: count(({ state }) => state === 'no-hash'),
    unknown: count(({ state }) => state === 'unknown'),
    tooLarge: count(({ state }) => state === 'too-large'),
    first: firstOf(all),
  }
}

function note(seen: Map<string, Seen>, { key, entry }: HashWrite, before: HashBefore | undefined): void {
  if (before === undefined) return
  const known = seen.get(nameKey(key))
  const { state } = before
  const hash: Seen = known ?? {
    ...{ key, state, exists: before.state === 'known' && before.exists },
    ...{ fields: new Map(), isOverwritten: false, isExpiring: false },
  }
  seen.set(nameKey(key), hash)
  if (before.state !== 'known') return
  const values = lastValues(entry.fields)
  for (const { name, before: value, expireAt } of before.fields) {
    const after = values.get(nameKey(name))?.value ?? Buffer.alloc(0)
    const told = hash.fields.get(nameKey(name))
    if (told) told.after = after
    else {
      hash.fields.set(nameKey(name), { name, before: value, after })
      if (expireAt !== null) hash.isExpiring = true
    }
    const first = hash.fields.get(nameKey(name))?.before ?? null
    if (first !== null && !first.equals(after)) hash.isOverwritten = true
  }
}

/** Those that lose something first; one that is new only where none exists, to show how they come out. */
function firstOf(all: readonly Seen[]): HashesFound['first'] {
  const weight = ({ isOverwritten, exists }: Seen): number => (isOverwritten ? 2 : exists ? 1 : 0)
  const known = all.filter(({ state }) => state === 'known').sort((a, b) => weight(b) - weight(a))
  const existing = known.filter(({ exists }) => exists).slice(0, SHOWN.hashes)
  return (existing.length > 0 ? existing : known.slice(0, 1)).map(({ key, exists, fields }) => {
    const differing = [...fields.values()].sort((a, b) => Number(isSame(a)) - Number(isSame(b)))
    const shown = differing.slice(0, SHOWN.fields).map(({ name, before, after }) => ({
      name: fromBuffer(cutBytes(name, SHOWN.nameBytes)),
      before: before === null ? null : shownValue(before),
      after: shownValue(after),
    }))
    return { key: fromBuffer(key), exists, fields: shown, moreFields: fields.size - shown.length }
  })
}

function isSame({ before, after }: { readonly before: Buffer | null; readonly after: Buffer }): boolean {
  return before !== null && before.equals(after)
}

function shownValue(whole: Buffer): ShownValue {
  const value = cutBytes(whole, SHOWN.valueBytes)
  return { value: fromBuffer(value), size: whole.length, cut: value.length < whole.length }
}

/** What to warn of, of what was found. */
export function hashWarnings(hashes: HashesFound): RecoveryPlan['warnings'] {
  return [
    ...(hashes.exist > 0 ? (['hashes-exist'] as const) : []),
    ...(hashes.expiring > 0 ? (['hashes-expire'] as const) : []),
    ...(hashes.noHash > 0 ? (['no-hashes'] as const) : []),
    ...(hashes.tooLarge > 0 ? (['hashes-too-large'] as const) : []),
    ...(hashes.unknown > 0 ? (['hashes-unknown'] as const) : []),
  ]
}
