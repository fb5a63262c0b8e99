import type { EntryId } from '../../../shared/entry-id'
import type { HeldEntry, HeldPage } from '../../../shared/model/entry'
import { REPLY_BYTES } from '../../redis/byte-budget'
import { askWithoutBodies, hasReadScripts } from '../../redis/read-script'
import type { Reader } from '../../redis/reader-writer'
import { asId, asList, asNumber } from '../../redis/reply'
import { existingIds } from '../../redis/xrange'

/** What whoever asks over and over may have sent each time where a look at an entry sends it. */
const SENT_BYTES = 64 * 1024

/** Of entries that a caller holds, those that were looked for this time, in the same order, and which of them are there. */
export interface Presence {
  readonly looked: readonly EntryId[]
  readonly present: ReadonlySet<EntryId>
}

/**
 * Looks for a part of the entries held, another one each round: as many as the server copies at little cost within a script
 * (7.0+), else as few as may be sent. What is larger than that is looked for only where all of it is read anew.
 */
export async function lookForHeld(reader: Reader, key: Buffer, { entries, round }: HeldPage): Promise<Presence> {
  const part = partOf(entries, round, hasReadScripts(reader) ? REPLY_BYTES : SENT_BYTES)
  if (part.length === 0) return { looked: [], present: new Set() }
  const ranges = part.flatMap((id) => [id, id])
  const told = await askWithoutBodies(reader, key, 'XRANGE', ['ids', REPLY_BYTES, 1, ...ranges])
  if (told !== null) {
    const [looked, ids] = asList(told)
    return { looked: part.slice(0, asNumber(looked)), present: new Set(asList(ids).map(asId)) }
  }
  const sent = partOf(entries, round, SENT_BYTES)
  return { looked: sent, present: await existingIds(reader, key, sent) }
}

function partOf(held: readonly HeldEntry[], round: number, mostBytes: number): readonly EntryId[] {
  const parts: EntryId[][] = [[]]
  let bytes = 0
  for (const [id, size] of held) {
    if (size === 0 || size > mostBytes) continue
    bytes += size
    if (bytes > mostBytes) {
      parts.push([])
      bytes = size
    }
    parts.at(-1)?.push(id)
  }
  return parts[round % parts.length] ?? []
}
