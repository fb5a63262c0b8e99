import { createHash } from 'node:crypto'
import type { EntryId } from '../../shared/entry-id'
import { askWithoutBodies } from './read-script'
import type { Reader } from './reader-writer'
import { asId, asList, asText } from './reply'
import { DIGEST } from './scripts/digest-lua'

/** From an id up to another one, both included. */
export type IdRange = readonly [EntryId, EntryId]

/**
 * Of the first entry of each range a digest of what it holds, made in the server (7.0+), by id; no further once more than so
 * many bytes were touched there. Null: this server, or its ACL, has no scripts that read. Throws REDIS as XRANGE does.
 */
export async function entryDigests(
  reader: Reader,
  key: Buffer,
  ranges: readonly IdRange[],
  mostBytes: number,
): Promise<ReadonlyMap<EntryId, string> | null> {
  const reply = await askWithoutBodies(reader, key, 'XRANGE', ['digests', mostBytes, ...ranges.flat()])
  if (reply === null) return null
  const rows = asList(reply).map((row) => asList(row))
  return new Map(rows.map(([id, digest]) => [asId(id), withKind(asText(digest))]))
}

/** The same of a body that is here. */
export function digestOfBody(parts: readonly Buffer[]): string {
  const bytes = parts.reduce((sum, part) => sum + part.length, 0)
  const isCut = bytes > DIGEST.whole
  const hash = createHash('sha1').update(`${parts.length};`)
  for (const part of isCut ? parts.slice(0, DIGEST.parts) : parts) {
    hash.update(`${part.length}:`)
    if (!isCut) hash.update(part)
    else hash.update(part.subarray(0, DIGEST.bytes)).update(part.subarray(Math.max(0, part.length - DIGEST.bytes)))
  }
  return withKind(hash.digest('hex'))
}

/** Older records have digests of another kind, which tell nothing beside these. */
const KIND = '1:'
const withKind = (digest: string): string => `${KIND}${digest}`

export function isOfThisKind(digest: string): boolean {
  return digest.startsWith(KIND)
}

/** As a script in the server makes it. */
export function withoutKind(digest: string): string {
  return digest.slice(KIND.length)
}
