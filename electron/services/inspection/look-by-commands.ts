import type { EntryId } from '../../../shared/entry-id'
import { isAppError, type AppError } from '../../../shared/error'
import { CROWD_FROM } from '../../../shared/monitoring-limits'
import type { ReadLine } from '../../redis/reader-writer'
import { asId, asList, asNumber, type Reply } from '../../redis/reply'
import {
  FIRST_HELD,
  LARGE_ENTRY_BYTES,
  MOST_OF_A_GROUP,
  MOST_SENT_BYTES,
  PENDING_BYTES,
} from '../../redis/scripts/stream-look-lua'
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

interface Outline extends LookRequest {
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
  const turns = new Map(there.map((one) => [one, turnsOf(one, skip, ends.get(one)?.ends?.lastId ?? null)]))
  const details = await readDetails(send, turns, options)
  const positions = there.map((outline) => ({
    key: outline.key,
    length: outline.length,
    ends: ends.get(outline)?.ends ?? null,
    positions: outline.groups.map(({ lastDeliveredId }) => lastDeliveredId),
  }))
  const note = (reply: Reply | AppError | undefined): void => noteRefusal(skip, 'r', reply)
  const unreadAfter = skip.has('r') ? () => null : await options.unread(send, positions, met, note)
  return outlines.map((outline) => {
    if (isAppError(outline)) return outline
    const { length, memoryBytes, large, groups } = outline
    const { next, groups: looked } = turns.get(outline) ?? NO_TURNS
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
        ...(looked.has(group) ? (details.get(group) ?? NO_DETAIL) : NO_DETAIL),
      })),
      next,
      refused: [],
    }
  })
}

function outlineOf(
  request: LookRequest,
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
  return { ...request, length, memoryBytes, groups, large: length > 0 && (isLarge || met.of(request.key).isCrowded) }
}

function noteMet(met: MetLarge, outline: Outline, read: EndsRead | undefined): void {
  if (read) met.note(outline.key, { ...outline, ends: read.ends }, read)
}

function isHeld(read: EndsRead | undefined): boolean {
  return read !== undefined && (read.isFirst || read.lastId !== null)
}

type Detail = Pick<LookedGroup, 'oldest' | 'consumerList' | 'crowd'>
const NO_DETAIL: Detail = { oldest: null, consumerList: null, crowd: null }

interface Turns {
  /** Groups whose consumers are looked at this time. */
  readonly groups: ReadonlySet<GroupInfo>
  /** With which group the next look begins. */
  readonly next: number | null
}
const NO_TURNS: Turns = { groups: new Set(), next: null }

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

/** Of groups that hold something, that may have something to read, or that have many consumers, and not too many. `lastId`: of the stream. */
function turnsOf({ groups, first, length }: Outline, skip: ReadonlySet<LookPart>, lastId: EntryId | null): Turns {
  const turns = new Set<GroupInfo>()
  let looked = 0
  for (let turn = 0; turn < groups.length; turn += 1) {
    const at = (first + turn) % groups.length
    const group = groups[at]
    if (!group) continue
    const waits = length > 0 && group.consumers > 0 && group.lastDeliveredId !== lastId
    if (group.pending === 0 && !waits && group.consumers < CROWD_FROM) continue
    if (group.consumers > MOST_OF_A_GROUP) continue
    const consumers = skip.has('c') ? 1 : group.consumers
    if (looked > 0 && looked + consumers > MOST_CONSUMERS) return { groups: turns, next: at }
    looked += consumers
    turns.add(group)
  }
  return { groups: turns, next: null }
}

async function readDetails(
  send: SendLines,
  turns: ReadonlyMap<Outline, Turns>,
  options: Options,
): Promise<ReadonlyMap<GroupInfo, Detail>> {
  const { skip, stalledAfterMs } = options
  const looked = [...turns].flatMap(([{ key, spareAfterMs = Infinity }, { groups }]) =>
    [...groups].map((group) => ({ key, group, spareAfterMs })),
  )
  const asked = looked.flatMap(({ key, group }) =>
    (['p', 'c'] as const)
      .filter((part) => !skip.has(part) && (part === 'c' || group.pending > 0))
      .map((part) => ({ key, group, part })),
  )
  const replies = await send(
    asked.map(({ key, group, part }): ReadLine => {
      return part === 'p'
        ? ['XPENDING', key, group.name, '-', '+', FEW_PENDING]
        : ['XINFO', 'CONSUMERS', key, group.name]
    }),
  )
  const told = new Map<GroupInfo, { readonly p?: Reply | AppError; readonly c?: Reply | AppError }>()
  asked.forEach(({ group, part }, at) => {
    const reply = replies[at]
    noteRefusal(skip, part, reply)
    if (reply !== undefined) told.set(group, { ...told.get(group), [part]: reply })
  })
  const details = new Map<GroupInfo, Detail>()
  for (const { group, spareAfterMs } of looked) {
    const { p, c } = told.get(group) ?? {}
    const oldest = orNull(p, (rows) => oldestOf(asList(rows), group.pending <= FEW_PENDING))
    const all = orNull(c, (rows) => parseConsumerInfos(rows).map((each) => ({ ...each, oldestIdleMs: null })))
    const crowd = all && {
      alive: all.filter(({ idleMs }) => idleMs <= stalledAfterMs).length,
      spare: all.filter(({ pending, idleMs }) => pending === 0 && idleMs > spareAfterMs).length,
    }
    details.set(group, { oldest, consumerList: group.pending > 0 ? all : null, crowd })
  }
  const holding = looked.filter(({ group }) => group.pending > 0)
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
