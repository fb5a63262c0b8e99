import { nextId } from '../../../shared/entry-id'
import { pendingPeek } from '../../../shared/judgement/pending-peek'
import { nameKey } from '../../redis/bytes'
import type { Reader } from '../../redis/reader-writer'
import { LARGE_ONE_BYTES, NEGLECTED, PEEKED } from '../../redis/scripts/stream-look-lua'
import type { NeglectedEntry, PeekedPage } from '../../redis/stream-look'
import { pendingRange, type PendingRow } from '../../redis/xpending'
import type { PeekRequest, Spend } from './look-request'
import type { MetLarge } from './met-large'
import { readBodies } from './pending-bodies'

/** What a row of XPENDING takes on the line, about. */
const ROW_BYTES = 90

/** The same as the script's peek, where there is none, in smaller pages: the entries that are looked for come whole, and so none is where large ones were met. */
export async function peekByCommands(
  reader: Reader,
  { key, group, poisonDeliveries, presence, after, neglectedAfterMs }: PeekRequest,
  spend: Spend,
  met: MetLarge,
): Promise<PeekedPage | null> {
  const from = after === null ? '-' : nextId(after)
  if (from === null) return null
  const listed = await pendingRange(reader, key, group, { from, to: '+', count: PEEKED })
  const large = new Set(met.of(key).ids)
  const ids = large.size > 0 ? [] : listed.slice(0, presence).map(({ id }) => id)
  const { bodies, looked } = await readBodies(reader, key, ids)
  met.add(
    key,
    [...bodies].flatMap(([id, { size }]) => (size > LARGE_ONE_BYTES ? [{ id, bytes: size }] : [])),
  )
  const bytes = [...bodies.values()].reduce((sum, { size }) => sum + size, 0)
  spend(1 + ids.length, listed.length * ROW_BYTES + bytes)
  const read = ids.slice(0, looked).map((id) => ({ inStream: bodies.has(id) }))
  const isEnd = listed.length < PEEKED
  const peek = pendingPeek(listed, read, { poisonDeliveries, isWhole: isEnd })
  const last = listed.at(-1)
  return peek && last ? { peek, lastId: last.id, isEnd, neglected: neglectedIn(listed, neglectedAfterMs) } : null
}

function neglectedIn(rows: readonly PendingRow[], afterMs: number): readonly NeglectedEntry[] {
  const held = new Map<string, PendingRow[]>()
  for (const row of rows.filter(({ idleMs }) => idleMs > afterMs)) {
    const name = nameKey(row.consumer)
    held.set(name, [...(held.get(name) ?? []), row])
  }
  const longest = [...held.values()].slice(0, NEGLECTED.consumers)
  return longest.flatMap((all) => all.toSorted((a, b) => b.idleMs - a.idleMs).slice(0, NEGLECTED.each))
}
