import { isAppError, type AppError } from '../../../shared/error'
import type { ReadLine } from '../../redis/reader-writer'
import { asId, asList, asNumber, type Reply } from '../../redis/reply'
import { FIRST_HELD, LARGE_ENTRY_BYTES, MOST_SENT_BYTES, PENDING_BYTES } from '../../redis/scripts/stream-look-lua'
import type { LookedConsumer, LookedGroup, LookPart, StreamLook } from '../../redis/stream-look'
import { parseConsumerInfos, parseGroupInfos, type GroupInfo } from '../../redis/xinfo'
import { longestIdle } from '../../redis/xpending'
import { readEnds, type EndsRead } from './ends-by-commands'
import { noteRefusal, type LookMemory } from './look-memory'
import type { LookRequest, SendLines } from './look-request'
import type { MetLarge } from './met-large'
import { orNull, understood } from './understood'

interface Options {
  readonly stalledAfterMs: number
  /** What the ACL refuses; grows by what it refuses now. */
  readonly skip: Set<LookPart>
  readonly unread: LookMemory['unread']
  readonly met: MetLarge
}

/** Pending entries that a look brings of each group. Of more, how often they were delivered is looked at by itself. */
const FEW_PENDING = 8
/** Consumers of one look at most, as in the script. */
const MOST_CONSUMERS = 500

interface Outline {
  readonly key: Buffer
  readonly first: number
  readonly length: number
  readonly memoryBytes: number | null
  readonly large: boolean
  readonly groups: readonly GroupInfo[]
}

/**
 * The same figures where there is no script: before Redis 7, or not allowed. XINFO STREAM brings the first and the last
 * entry, and so is only sent where entries are small on average (MEMORY USAGE ÷ XLEN) or all of them together are no more than
 * 512 KiB, and neither was met as a large one.
 */
export async function lookByCommands(
  send: SendLines,
  requests: readonly LookRequest[],
  options: Options,
): Promise<readonly (StreamLook | AppError)[]> {
  const { skip, met } = options
  const told = await send(
    requests.flatMap(({ key }): readonly ReadLine[] => [
      ['XLEN', key],
      ['XINFO', 'GROUPS', key],
      ...(skip.has('m') ? [] : [['MEMORY', 'USAGE', key] as const]),
    ]),
  )
  const perKey = skip.has('m') ? 2 : 3
  const outlines = requests.map((request, at): Outline | AppError => {
    const [length, groups, memory] = told.slice(at * perKey, (at + 1) * perKey)
    if (isAppError(length)) return length
    if (isAppError(groups)) return groups
    noteRefusal(skip, 'm', memory)
    return understood(() =>
      outlineOf(request, asNumber(length), parseGroupInfos(groups ?? []), orNull(memory, asNumber), met),
    )
  })
  const there = outlines.filter((outline): outline is Outline => !isAppError(outline))
  const ends = await readEnds(send, there, skip, met)
  for (const outline of there) noteMet(met, outline, ends.get(outline))
  const details = await readDetails(send, there, options)
  const positions = there.map((outline) => ({
    key: outline.key,
    length: outline.length,
    ends: ends.get(outline)?.ends ?? null,
    positions: outline.groups.map(({ lastDeliveredId }) => lastDeliveredId),
  }))
  const unreadAfter = skip.has('r') ? () => null : await options.unread(send, positions, met)
  return outlines.map((outline) => {
    if (isAppError(outline)) return outline
    const { length, memoryBytes, large, groups } = outline
    const { next, turns } = turnsOf(outline, skip)
    return {
      calls: 0,
      length,
      memoryBytes,
      large: large || isHeld(ends.get(outline)),
      ends: ends.get(outline)?.ends ?? null,
      groups: groups.map((group) => ({
        ...basics(group),
        unread:
          length === 0
            ? { firstId: null, counted: 0, complete: true }
            : unreadAfter(outline.key, group.lastDeliveredId),
        ...(turns.has(group) ? (details.get(group) ?? NO_DETAIL) : NO_DETAIL),
      })),
      next,
      refused: [],
    }
  })
}

function outlineOf(
  { key, first }: LookRequest,
  length: number,
  groups: readonly GroupInfo[],
  memoryBytes: number | null,
  met: MetLarge,
): Outline {
  const pending = groups.reduce((sum, group) => sum + group.pending, 0)
  const memory = memoryBytes ?? Infinity
  const [most, least] = [memory - PENDING_BYTES.least * pending, memory - PENDING_BYTES.most * pending]
  const small = LARGE_ENTRY_BYTES * length
  const isLarge = most > small && (least > small || most > MOST_SENT_BYTES)
  return { key, first, length, memoryBytes, groups, large: length > 0 && (isLarge || met.of(key).isCrowded) }
}

function noteMet(met: MetLarge, outline: Outline, read: EndsRead | undefined): void {
  if (read) met.note(outline.key, { ...outline, ends: read.ends }, read)
}

function isHeld(read: EndsRead | undefined): boolean {
  return read !== undefined && (read.isFirst || read.lastId !== null)
}

type Detail = Pick<LookedGroup, 'oldest' | 'consumerList'>
const NO_DETAIL: Detail = { oldest: null, consumerList: null }

function basics({
  name,
  consumers,
  pending,
  lastDeliveredId,
  entriesRead,
  lag,
}: GroupInfo): Omit<LookedGroup, keyof Detail | 'unread'> {
  return { name, consumers, pending, lastDeliveredId, entriesRead, lag }
}

/** Which groups' consumers are looked at this time, and with which the next look begins. */
function turnsOf(
  { groups, first }: Outline,
  skip: ReadonlySet<LookPart>,
): { readonly turns: ReadonlySet<GroupInfo>; readonly next: number | null } {
  const turns = new Set<GroupInfo>()
  let looked = 0
  for (let turn = 0; turn < groups.length; turn += 1) {
    const at = (first + turn) % groups.length
    const group = groups[at]
    if (!group || group.pending === 0) continue
    const consumers = skip.has('c') ? 1 : group.consumers
    if (looked > 0 && looked + consumers > MOST_CONSUMERS) return { turns, next: at }
    looked += consumers
    turns.add(group)
  }
  return { turns, next: null }
}

async function readDetails(
  send: SendLines,
  outlines: readonly Outline[],
  options: Options,
): Promise<ReadonlyMap<GroupInfo, Detail>> {
  const { skip } = options
  const holding = outlines.flatMap((outline) =>
    [...turnsOf(outline, skip).turns].map((group) => ({ key: outline.key, group })),
  )
  const parts: readonly ('p' | 'c')[] = (['p', 'c'] as const).filter((part) => !skip.has(part))
  const replies = await send(
    holding.flatMap(({ key, group }) =>
      parts.map((part): ReadLine => {
        return part === 'p'
          ? ['XPENDING', key, group.name, '-', '+', FEW_PENDING]
          : ['XINFO', 'CONSUMERS', key, group.name]
      }),
    ),
  )
  const details = new Map<GroupInfo, Detail>()
  holding.forEach(({ group }, at) => {
    const all = group.pending <= FEW_PENDING
    const of = (part: 'p' | 'c'): Reply | AppError | undefined => {
      const reply = parts.includes(part) ? replies[at * parts.length + parts.indexOf(part)] : undefined
      noteRefusal(skip, part, reply)
      return reply
    }
    const oldest = orNull(of('p'), (rows) => oldestOf(asList(rows), all))
    const consumerList = orNull(of('c'), (rows) =>
      parseConsumerInfos(rows).map((each) => ({ ...each, oldestIdleMs: null })),
    )
    details.set(group, { oldest, consumerList })
  })
  await readOldestOfTheLiving(send, holding, details, options)
  return details
}

/** Of consumers that look alive: how long one of their first pending entries has not been delivered, at the most. */
async function readOldestOfTheLiving(
  send: SendLines,
  holding: readonly { readonly key: Buffer; readonly group: GroupInfo }[],
  details: Map<GroupInfo, Detail>,
  { stalledAfterMs, skip }: Options,
): Promise<void> {
  if (skip.has('p')) return
  const living = holding.flatMap(({ key, group }) =>
    (details.get(group)?.consumerList ?? [])
      .filter(({ pending, idleMs }) => pending > 0 && idleMs <= stalledAfterMs)
      .map((consumer) => ({ key, group, consumer })),
  )
  const lines = living.map(({ key, group, consumer }): ReadLine => {
    return ['XPENDING', key, group.name, '-', '+', FIRST_HELD, consumer.name ?? Buffer.alloc(0)]
  })
  const replies = await send(lines)
  const idle = new Map<LookedConsumer, number>()
  living.forEach(({ consumer }, at) => {
    const longest = orNull(replies[at], longestIdle)
    if (longest !== null) idle.set(consumer, longest)
  })
  for (const [group, detail] of details) {
    const list = detail.consumerList?.map((one) => ({ ...one, oldestIdleMs: idle.get(one) ?? null })) ?? null
    details.set(group, { ...detail, consumerList: list })
  }
}

/** `all`: these are all that are pending. */
function oldestOf(rows: readonly Reply[], all: boolean): LookedGroup['oldest'] {
  const read = rows.map((row) => {
    const [id, , idle, deliveries] = asList(row)
    return { id: asId(id), idleMs: asNumber(idle), deliveries: asNumber(deliveries) }
  })
  const [first] = read
  if (!first) return null
  const most = Math.max(...read.map(({ deliveries }) => deliveries))
  return { id: first.id, idleMs: first.idleMs, mostDeliveries: all ? most : null }
}
