import { pendingPeek, type PendingPeek } from '../../../shared/judgement/pending-peek'
import type { Reader } from '../../redis/reader-writer'
import { LARGE_ONE_BYTES, PEEKED } from '../../redis/scripts/stream-look-lua'
import { pendingRange } from '../../redis/xpending'
import type { PeekRequest, Spend } from './look-request'
import type { MetLarge } from './met-large'
import { readBodies } from './pending-bodies'

/** What a row of XPENDING takes on the line, about. */
const ROW_BYTES = 90

/** The same as the script's peek, where there is none: the entries that are looked for come whole, and so none is where large ones were met. */
export async function peekByCommands(
  reader: Reader,
  { key, group, poisonDeliveries, presence }: PeekRequest,
  spend: Spend,
  met: MetLarge,
): Promise<PendingPeek | null> {
  const listed = await pendingRange(reader, key, group, { from: '-', to: '+', count: PEEKED })
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
  return pendingPeek(listed, read, poisonDeliveries)
}
