import { randomUUID } from 'node:crypto'
import { cliArgument, sameBytes, type Bytes } from '../../../shared/bytes'
import { compareIds, type EntryId } from '../../../shared/entry-id'
import { AppError } from '../../../shared/error'
import type { GroupChange, GroupChangePlan, GroupStanding } from '../../../shared/model/group-change'
import type { Lag } from '../../../shared/model/group'
import { fromBuffer, toBuffer } from '../../redis/bytes'
import { consumerInfos, requireGroup, streamInfo, type GroupInfo, type StreamInfo } from '../../redis/xinfo'
import { beyondEnd, honestLag, lagFacts, lagFromIds } from '../inspection/lag'
import type { GroupSource } from '../../redis/source'
import { countAfter } from '../inspection/lag-count'
import { countBetween, NONE } from '../inspection/count-between'
import { entriesReadAt } from '../inspection/entries-read'
import { NEVER_IDLE_SO_LONG_MS } from '../recovery/undo/give-back'
import { goneOfPending } from './gone-of-pending'
import { standingOf } from './unheld'
import { message } from '../../../shared/words/messages'

export interface GroupChangeRequest {
  readonly connectionId: string
  readonly key: Bytes
  readonly group: Bytes
  readonly change: GroupChange
}

interface Facts {
  readonly stream: StreamInfo
  readonly info: GroupInfo
  readonly before: GroupStanding
}

/** So many more than were pending may be delivered until a group is destroyed; or as many again, where that is more. */
const DELIVERED_MEANWHILE = 100

/** Reads where the group stands, and says where it would stand then. Changes nothing. Throws NOT_FOUND. */
export async function planGroupChange(source: GroupSource, request: GroupChangeRequest): Promise<GroupChangePlan> {
  const facts = await readFacts(source)
  const common = { id: randomUUID(), ...request, before: facts.before, commands: [commandOf(request)] }
  const { change } = request
  switch (change.kind) {
    case 'remove consumer':
      return { ...common, ...(await removal(source, facts, change.consumer)) }
    case 'set id':
      return { ...common, ...(await move(source, facts, request, change)) }
    case 'destroy group':
      return { ...common, ...(await destruction(source, facts)) }
    case 'make pending':
      return { ...common, ...(await making(source, facts, request, change)) }
  }
}

type Rest = Pick<GroupChangePlan, 'after' | 'delivers' | 'skips' | 'blocked' | 'undo'>

async function readFacts(source: GroupSource): Promise<Facts> {
  const [stream, info] = await Promise.all([streamInfo(source.reader, source.key), requireGroup(source)])
  const { lastDeliveredId, entriesRead, pending, consumers } = info
  const lag = await lagAt(source, stream, info)
  const beyond = beyondEnd(stream.lastGeneratedId, lastDeliveredId)
  return { stream, info, before: { lastDeliveredId, beyondEnd: beyond, entriesRead, lag, pending, consumers } }
}

async function lagAt({ reader, key }: GroupSource, stream: StreamInfo, info: GroupInfo) {
  const facts = lagFacts(stream, info)
  const count = lagFromIds(facts) === null ? await countAfter(reader, key, info.lastDeliveredId) : null
  return honestLag(facts, count)
}

async function removal({ reader, key, group }: GroupSource, { before }: Facts, name: Bytes): Promise<Rest> {
  const consumer = (await consumerInfos(reader, key, group)).find((each) => each.name.equals(toBuffer(name)))
  if (!consumer) throw new AppError('NOT_FOUND', { what: 'consumer', name })
  const { pending } = consumer
  return {
    after: { ...before, consumers: before.consumers - 1 },
    delivers: NONE,
    skips: NONE,
    blocked: pending === 0 ? null : message('group-change.holds', { consumer: name, pending }),
    undo: { possible: true, note: message('undo.remove-consumer') },
  }
}

async function move(
  source: GroupSource,
  { stream, info, before }: Facts,
  request: GroupChangeRequest,
  { to, countRead = false }: Extract<GroupChange, { kind: 'set id' }>,
): Promise<Rest & Pick<GroupChangePlan, 'commands'>> {
  const { reader, key } = source
  const position = to === '$' ? stream.lastGeneratedId : to
  const back = compareIds(position, before.lastDeliveredId) < 0
  const entriesRead = countRead ? await entriesReadAt(source, stream, position) : null
  const moved = { ...info, lastDeliveredId: position, lag: null, entriesRead: null }
  const lag = await lagAt(source, stream, moved)
  // Where both lags are certain, so is what lies between the two positions; else it is counted, up to a bound.
  const certain = lag.kind === 'exact' && before.lag.kind === 'exact'
  const [low, high] = back ? [position, before.lastDeliveredId] : [before.lastDeliveredId, position]
  const between: Lag = certain
    ? { value: Math.abs(Number(lag.value) - Number(before.lag.value)), kind: 'exact' }
    : await countBetween(reader, key, low, high)
  return {
    // What is added in between would be counted as read.
    commands:
      entriesRead === null ? [commandOf(request)] : [`${commandOf(request, position)} ENTRIESREAD ${entriesRead}`],
    after: {
      ...before,
      ...{ lastDeliveredId: position, beyondEnd: beyondEnd(stream.lastGeneratedId, position), entriesRead, lag },
    },
    delivers: back ? between : NONE,
    skips: back ? NONE : between,
    blocked: null,
    undo: { possible: true, note: message('undo.set-id') },
  }
}

async function destruction(
  source: GroupSource,
  { stream, before }: Facts,
): Promise<Rest & Pick<GroupChangePlan, 'gone' | 'acks'>> {
  const { reader, key } = source
  const { lastId } = stream
  return {
    after: null,
    gone: await goneOfPending(source),
    acks: before.pending + Math.max(DELIVERED_MEANWHILE, before.pending),
    delivers: NONE,
    skips: lastId === null ? NONE : await countBetween(reader, key, before.lastDeliveredId, lastId),
    blocked: null,
    undo: { possible: true, note: message('undo.destroy-group') },
  }
}

async function making(
  source: GroupSource,
  { before }: Facts,
  request: GroupChangeRequest,
  change: Extract<GroupChange, { kind: 'make pending' }>,
): Promise<Rest & Pick<GroupChangePlan, 'change' | 'commands' | 'made'>> {
  const { unheld, pending, unread, gone } = await standingOf(source, change.ids)
  const known = await consumerInfos(source.reader, source.key, source.group)
  const isNew = !known.some(({ name }) => sameBytes(fromBuffer(name), change.consumer))
  // What is not so now is not made so either, should it be so by then.
  const narrowed = unheld.length === 0 ? change : { ...change, ids: [...unheld] }
  return {
    change: narrowed,
    commands: unheld.length === 0 ? [] : [commandOf({ ...request, change: narrowed })],
    made: { entries: unheld.length, pending, unread, gone },
    after: { ...before, pending: before.pending + unheld.length, consumers: before.consumers + (isNew ? 1 : 0) },
    delivers: NONE,
    skips: NONE,
    blocked: unheld.length > 0 ? null : message('group-change.none-unheld', { pending, unread, gone }),
    undo: { possible: true, note: message('undo.make-pending') },
  }
}

function commandOf({ key, group, change }: GroupChangeRequest, position?: EntryId): string {
  const on = `${cliArgument(key)} ${cliArgument(group)}`
  switch (change.kind) {
    case 'remove consumer':
      return `XGROUP DELCONSUMER ${on} ${cliArgument(change.consumer)}`
    case 'set id':
      return `XGROUP SETID ${on} ${position ?? change.to}`
    case 'destroy group':
      return `XGROUP DESTROY ${on}`
    case 'make pending':
      return `XCLAIM ${on} ${cliArgument(change.consumer)} ${NEVER_IDLE_SO_LONG_MS} ${change.ids.join(' ')} RETRYCOUNT 1 FORCE JUSTID`
  }
}
