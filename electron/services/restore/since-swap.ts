import type { Bytes } from '../../../shared/bytes'
import { nextId } from '../../../shared/entry-id'
import { isAppError } from '../../../shared/error'
import type { Message } from '../../../shared/model/message'
import { message } from '../../../shared/words/messages'
import { fromBuffer, nameKey } from '../../redis/bytes'
import type { Reader } from '../../redis/reader-writer'
import { groupInfos } from '../../redis/xinfo'
import { countBetween } from '../inspection/count-between'
import { BATCH, observeIds, observeRange } from '../inspection/observe-pending'
import { idsOf } from '../jobs/run-batch'

/** So many pending entries of all groups together are looked up. */
const MOST_LOOKED_UP = 20_000

/** `aside`: the stream as the swap left it, which nobody works on. */
interface Swapped {
  readonly reader: Reader
  readonly key: Buffer
  readonly aside: Buffer
  readonly target: Bytes
}

/**
 * What groups did since a swap, and what becomes of it when the names are given back: they stand where they stood, so what
 * they were given is delivered once more, and what they acked is pending again. By reading only.
 */
export async function readSinceSwap(swapped: Swapped): Promise<readonly Message[]> {
  try {
    return await readGroupsSince(swapped)
  } catch (error) {
    if (isAppError(error, 'REDIS') || isAppError(error, 'UNSUPPORTED')) return [message('undo.groups-untold')]
    throw error
  }
}

async function readGroupsSince({ reader, key, aside, target }: Swapped): Promise<readonly Message[]> {
  const [now, then] = [await groupInfos(reader, key), await groupInfos(reader, aside)]
  const left = { room: MOST_LOOKED_UP }
  const back: Bytes[] = []
  let [entries, isExact] = [0, true]
  for (const stood of then) {
    const stands = now.find(({ name }) => name.equals(stood.name))
    if (!stands) continue
    const given = await countBetween(reader, aside, stood.lastDeliveredId, stands.lastDeliveredId)
    const acked = await countAcked({ reader, key, aside }, stood.name, left)
    isExact &&= given.kind === 'exact' && acked.isExact
    entries += Number(given.value) + acked.count
    if (Number(given.value) + acked.count > 0) back.push(fromBuffer(stood.name))
  }
  const known = new Set(then.map(({ name }) => nameKey(name)))
  const made = now.filter(({ name }) => !known.has(nameKey(name))).map(({ name }) => fromBuffer(name))
  return [
    ...(entries === 0 && isExact
      ? []
      : [message('undo.groups-since', { groups: back, entries: String(entries), isExact })]),
    ...(made.length === 0 ? [] : [message('undo.groups-stay', { groups: made, target })]),
  ]
}

/** What was pending in a group then, and is not now. */
async function countAcked(
  { reader, key, aside }: Pick<Swapped, 'reader' | 'key' | 'aside'>,
  group: Buffer,
  left: { room: number },
): Promise<{ readonly count: number; readonly isExact: boolean }> {
  let count = 0
  for (let from: string | null = '-'; from !== null;) {
    const { rows }: Awaited<ReturnType<typeof observeRange>> = await observeRange(reader, aside, group, {
      ...{ from, to: '+', count: BATCH },
    })
    const last = rows.at(-1)
    if (last === undefined) break
    if (left.room < rows.length) return { count, isExact: false }
    left.room -= rows.length
    count += rows.length - (await observeIds(reader, key, group, idsOf(rows))).rows.length
    from = rows.length < BATCH ? null : nextId(last.id)
  }
  return { count, isExact: true }
}
