import { isAppError, type AppError } from '../../../shared/error'
import type { ReadLine } from '../../redis/reader-writer'
import { asId, asList, asNumber, type Reply } from '../../redis/reply'
import { LARGE_ENTRY_BYTES, PENDING_BYTES } from '../../redis/scripts/stream-look-lua'
import type { LookedConsumer, LookedGroup, LookPart, StreamEnds, StreamLook } from '../../redis/stream-look'
import { parseConsumerInfos, parseGroupInfos, parseStreamInfo, type GroupInfo } from '../../redis/xinfo'
import { noteRefusal, type LookMemory } from './look-memory'
import type { LookRequest, SendLines } from './look-request'
import { understood } from './understood'

interface Options {
  readonly stalledAfterMs: number
  /** What the ACL refuses; grows by what it refuses now. */
  readonly skip: Set<LookPart>
  readonly unread: LookMemory['unread']
}

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
 * entry, and so is only sent where entries are small on average (MEMORY USAGE ÷ XLEN).
 */
export async function lookByCommands(
  send: SendLines,
  requests: readonly LookRequest[],
  options: Options,
): Promise<readonly (StreamLook | AppError)[]> {
  const { skip } = options
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
      outlineOf(request, asNumber(length), parseGroupInfos(groups ?? []), orNull(memory, asNumber)),
    )
  })
  const there = outlines.filter((outline): outline is Outline => !isAppError(outline))
  const ends = await readEnds(send, there, skip)
  const details = await readDetails(send, there, options)
  const positions = there.map((outline) => ({
    key: outline.key,
    ends: ends.get(outline) ?? null,
    positions: outline.groups.map(({ lastDeliveredId }) => lastDeliveredId),
  }))
  const unreadAfter = skip.has('r') ? () => null : await options.unread(send, positions)
  return outlines.map((outline) => {
    if (isAppError(outline)) return outline
    const { length, memoryBytes, large, groups } = outline
    const { next, turns } = turnsOf(outline, skip)
    return {
      calls: 0,
      length,
      memoryBytes,
      large,
      ends: ends.get(outline) ?? null,
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
): Outline {
  const pending = groups.reduce((sum, group) => sum + group.pending, 0)
  const entries = memoryBytes === null ? Infinity : memoryBytes - PENDING_BYTES * pending
  return { key, first, length, memoryBytes, groups, large: length > 0 && entries > LARGE_ENTRY_BYTES * length }
}

async function readEnds(
  send: SendLines,
  outlines: readonly Outline[],
  skip: Set<LookPart>,
): Promise<ReadonlyMap<Outline, StreamEnds | null>> {
  const asked = skip.has('s') ? [] : outlines.filter(({ large }) => !large)
  const replies = await send(asked.map(({ key }) => ['XINFO', 'STREAM', key] as const))
  return new Map(
    asked.map((outline, at) => {
      noteRefusal(skip, 's', replies[at])
      return [outline, orNull(replies[at], endsOf)]
    }),
  )
}

function endsOf(reply: Reply): StreamEnds {
  return { ...parseStreamInfo(reply), bytes: 0 }
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
        return part === 'p' ? ['XPENDING', key, group.name, '-', '+', 1] : ['XINFO', 'CONSUMERS', key, group.name]
      }),
    ),
  )
  const details = new Map<GroupInfo, Detail>()
  holding.forEach(({ group }, at) => {
    const of = (part: 'p' | 'c'): Reply | AppError | undefined => {
      const reply = parts.includes(part) ? replies[at * parts.length + parts.indexOf(part)] : undefined
      noteRefusal(skip, part, reply)
      return reply
    }
    const oldest = orNull(of('p'), (rows) => oldestOf(asList(rows)[0] ?? null))
    const consumerList = orNull(of('c'), (rows) =>
      parseConsumerInfos(rows).map((each) => ({ ...each, oldestIdleMs: null })),
    )
    details.set(group, { oldest, consumerList })
  })
  await readOldestOfTheLiving(send, holding, details, options)
  return details
}

/** Of consumers that look alive: how long their first pending entry has not been delivered. */
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
    return ['XPENDING', key, group.name, '-', '+', 1, consumer.name ?? Buffer.alloc(0)]
  })
  const replies = await send(lines)
  const idle = new Map<LookedConsumer, number>()
  living.forEach(({ consumer }, at) => {
    const row = orNull(replies[at], (rows) => oldestOf(asList(rows)[0] ?? null))
    if (row) idle.set(consumer, row.idleMs)
  })
  for (const [group, detail] of details) {
    const list = detail.consumerList?.map((one) => ({ ...one, oldestIdleMs: idle.get(one) ?? null })) ?? null
    details.set(group, { ...detail, consumerList: list })
  }
}

function oldestOf(row: Reply): LookedGroup['oldest'] {
  if (row === null) return null
  const [id, , idle, deliveries] = asList(row)
  return { id: asId(id), idleMs: asNumber(idle), deliveries: asNumber(deliveries) }
}

/** What can't be understood is not known. */
function orNull<T>(reply: Reply | AppError | undefined, parse: (reply: Reply) => T): T | null {
  if (reply === undefined || reply === null || isAppError(reply)) return null
  const parsed = understood(() => parse(reply))
  return isAppError(parsed) ? null : parsed
}
