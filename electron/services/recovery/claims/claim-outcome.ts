import { bytesKey, type Bytes } from '../../../../shared/bytes'
import type { ClaimOutcome } from '../../../../shared/model/claim-outcome'
import type { PriorEntry } from '../../../../shared/model/journal'
import type { RecoveryAction } from '../../../../shared/model/recovery-action'
import { nameKey, toBuffer } from '../../../redis/bytes'
import type { EntryId } from '../../../../shared/entry-id'
import type { GroupSource, Source } from '../../../redis/source'
import { idsOf } from '../../jobs/run-batch'
import { consumerInfos, type ConsumerInfo } from '../../../redis/xinfo'
import { observeIds } from '../../inspection/observe-pending'
import { goneIds } from '../../inspection/entry-presence'
import { canBeTheSame, readStreamMark, type GroupMark, type StreamMark } from '../../inspection/stream-mark'
import type { JournalBatch } from '../../journal/journal'
import { deliveriesAfter } from './claim-sendings'
import { createEndedEntries, type EndedEntries } from './ended-entries'

/** So many entries are looked at for who asks: each may take a command. */
const MOST_WATCHED = 200
/** By itself: each takes a command. These are the oldest, which a client that looks at its own pending list, or claims, gets first. */
export const FOLLOWED = 20
/** What a claim itself may be taken for, ms. */
const AT_ONCE_MS = 1_000

interface Claimed {
  readonly prior: PriorEntry
  readonly to: Bytes
}

interface Known {
  /** So many of the entries are looked at. */
  readonly most?: number | undefined
  /** The stream and its group as they were met, where that was noted. */
  readonly then?: StreamMark | undefined
  /** What was seen of the same claim before. */
  readonly seen?: EndedEntries | undefined
}

/** What became of what a record claimed. `changed`: how many entries in all. */
export async function readClaimOutcome(
  { reader, key, group }: GroupSource,
  action: RecoveryAction,
  changed: number,
  batches: AsyncIterable<JournalBatch>,
  { most = MOST_WATCHED, then, seen = createEndedEntries() }: Known = {},
): Promise<ClaimOutcome> {
  const { claimed, untilMs } = await firstOf(batches, most)
  const how = action.kind === 'claim' ? action : {}
  const now = await observeIds(
    reader,
    key,
    group,
    claimed.map(({ prior }) => prior.id),
  )
  const rows = new Map(now.rows.map((row) => [row.id, row]))
  const held = claimed.filter(({ prior, to }) => {
    const row = rows.get(prior.id)
    return row?.consumer.equals(toBuffer(to)) === true && row.deliveries === deliveriesAfter(how, prior.deliveries)
  })
  const ended = claimed.filter(({ prior }) => !rows.has(prior.id))
  const taken = claimed.length - ended.length - held.length
  const targets = new Map(claimed.map(({ to }) => [bytesKey(to), to]))
  const [to = null, ...others] = targets.values()
  const isUntouched = held.length > 0 && ended.length + taken === 0
  for (const { prior } of claimed) if (rows.has(prior.id)) seen.forget(prior.id)
  const open = ended.filter(({ prior }) => seen.of(prior.id) === undefined)
  const infos = isUntouched || open.length > 0 ? await consumerInfos(reader, key, group) : []
  const readsPast = isUntouched && hasRead(infos, [...targets.values()], now.at - untilMs)
  await judge({ reader, key }, open, { seen, then, living: livingSince(infos), targets: [...targets.values()] })
  const [acked = 0, removed = 0, gone = 0] = (['acked', 'removed', 'gone'] as const).map(
    (ending) => ended.filter(({ prior }) => seen.of(prior.id) === ending).length,
  )
  return {
    ...{
      watched: claimed.length,
      more: Math.max(0, changed - claimed.length),
      acked,
      removed,
      gone,
      taken,
    },
    ...{ held: held.map(({ prior }) => prior.id), to: others.length > 0 ? null : to, readsPast },
  }
}

interface Judged {
  readonly seen: EndedEntries
  readonly then: StreamMark | undefined
  /** Consumers that ever got an entry, by the keys of their names. */
  readonly living: ReadonlySet<string>
  readonly targets: readonly Bytes[]
}

/** How those ended of which nothing was seen yet. */
async function judge(
  { reader, key }: Source,
  open: readonly Claimed[],
  { seen, then, living, targets }: Judged,
): Promise<void> {
  if (open.length === 0) return
  const isOther = (then && (await isOtherStream({ reader, key }, then))) || isOtherGroup(then?.group, targets, living)
  const gone = isOther ? new Set<EntryId>() : await goneIds(reader, key, idsOf(open.map(({ prior }) => prior)))
  for (const { prior, to } of open) {
    const isLost = isOther || !living.has(nameKey(to))
    seen.note(prior.id, gone.has(prior.id) ? 'gone' : isLost ? 'removed' : 'acked')
  }
}

/** Whether the stream was made anew, by its figures: they never go back. What it holds is not looked at. */
async function isOtherStream({ reader, key }: Source, then: StreamMark): Promise<boolean> {
  const now = await readStreamMark(reader, key, { group: null, ids: [], known: true })
  return now !== null && now !== 'gone' && !canBeTheSame(then, now)
}

/**
 * Whether the group is another one than the claim met: none of the consumers that were there then, or that got the entries, is there by now,
 * but for those made anew under their names. That it was set back takes nothing from its pending list.
 */
function isOtherGroup(
  then: GroupMark | null | undefined,
  targets: readonly Bytes[],
  living: ReadonlySet<string>,
): boolean {
  return then ? ![...(then.consumers ?? []), ...targets].some((name) => living.has(nameKey(name))) : false
}

/** Consumers that ever got an entry: one made anew under its name did not yet. Before 7.2 that is not told. */
function livingSince(infos: readonly ConsumerInfo[]): ReadonlySet<string> {
  return new Set(infos.filter(({ everActive }) => everActive !== false).map(({ name }) => nameKey(name)))
}

/** In the order of their ids, as far as they are watched, and the server's time by which they were claimed. */
async function firstOf(batches: AsyncIterable<JournalBatch>, most: number) {
  const claimed: Claimed[] = []
  let untilMs = 0
  for await (const { to, changed, at, until } of batches) {
    untilMs = Math.max(untilMs, until ?? at)
    for (const prior of changed) if (to !== null && claimed.length < most) claimed.push({ prior, to })
    if (claimed.length >= most) break
  }
  return { claimed, untilMs }
}

/** Since 7.2 `inactive` tells when one last got an entry; before, `idle` does. */
function hasRead(infos: readonly ConsumerInfo[], targets: readonly Bytes[], sinceMs: number): boolean {
  const names = new Set(targets.map(nameKey))
  const tellsGetting = infos.some(({ everActive }) => everActive !== null)
  return infos
    .filter(({ name }) => names.has(nameKey(name)))
    .some(({ idleMs, inactiveMs }) => (tellsGetting ? (inactiveMs ?? Infinity) : idleMs) + AT_ONCE_MS < sinceMs)
}
