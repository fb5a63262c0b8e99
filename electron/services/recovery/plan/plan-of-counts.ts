import { randomUUID } from 'node:crypto'
import { sameBytes, type Bytes } from '../../../../shared/bytes'
import type { RecoveryPlan } from '../../../../shared/model/plan'
import type { RecoveryAction } from '../../../../shared/model/recovery-action'
import type { Selection } from '../../../../shared/model/selection'
import { message } from '../../../../shared/words/messages'
import { fromBuffer, keyName, nameKey } from '../../../redis/bytes'
import type { ActionKind, Holdings, PlanFacts } from '../action'
import type { Others } from '../copies/other-readers'
import type { PlanCounts } from './plan-counts'
import { healthOf } from '../targets/signs-of-life'
import { undoTold } from '../undo/undo-told'

export interface RecoveryRequest {
  readonly connectionId: string
  readonly key: Bytes
  readonly group: Bytes
  readonly selection: Selection
  readonly action: RecoveryAction
  /** The moment of an earlier plan, of which this is what is left: what was delivered later is left out. Server time, ms since 1970. */
  readonly since?: number | undefined
}

/** What was read, and of whom. */
export interface Counted {
  readonly request: RecoveryRequest
  readonly action: RecoveryAction
  readonly kind: ActionKind<RecoveryAction>
  readonly facts: PlanFacts
  readonly counts: PlanCounts
  readonly others: Others
  readonly examined: RecoveryPlan['warnings']
  readonly notPending: number
  /** Left out, for nobody could tell whether they match. */
  readonly untold: number
  readonly complete: boolean
  /** Nothing is gone of what was not read. */
  readonly isGoneKnown: boolean
}

/** The plan of what was counted. Reads nothing. */
export function planOf({
  request,
  action,
  kind,
  facts,
  counts,
  others,
  examined,
  notPending,
  untold,
  ...read
}: Counted): RecoveryPlan {
  const entries = read.complete ? counts.entries : Math.max(heldBy(request.selection, facts), counts.entries)
  const complete = entries === counts.entries
  const unread = entries - counts.entries
  const leaving = withUnread(counts.leaving, unread)
  const moving = withUnread(counts.moving, unread)
  const arriving = kind.arriving(action, moving, facts)
  const changes = sum(moving)
  const holders = facts.consumers.filter(({ name }) => counts.holders.has(nameKey(name)))
  const seen = { holders, mostIdleMs: counts.mostIdleMs, complete }
  const otherGroups = [...others.list({ copies: changes, unseen: unread })]
  const drops = sum(leaving) - changes
  const gone = complete || read.isGoneKnown ? counts.gone : null
  return {
    id: randomUUID(),
    ...request,
    action,
    entries,
    changes,
    drops,
    gone,
    notPending,
    ...(untold > 0 && { untold }),
    consumers: beforeAndAfter(facts, leaving, arriving),
    otherGroups,
    oldestId: counts.oldestId,
    mostDeliveries: complete ? counts.mostDeliveries : null,
    warnings: [
      ...(counts.gone === null || counts.gone > 0 ? (['gone-from-stream'] as const) : []),
      ...(notPending > 0 ? (['not-pending'] as const) : []),
      ...(untold > 0 ? (['entries-untold'] as const) : []),
      ...(holders.some((each) => healthOf(each, facts) === 'active') ? (['consumer-active'] as const) : []),
      ...kind.warnings(action, facts),
      ...examined,
      ...others.warnings(otherGroups),
      ...(counts.alreadySo > 0 ? (['already-there'] as const) : []),
    ],
    guard: kind.guard(action, facts),
    undo: undoTold(kind, action, facts, { changes, drops, gone }),
    notes:
      changes === 0
        ? []
        : [...kind.notes(action, facts, seen), ...ofTicked(request.selection), ...ofUnread(counts.entries, unread)],
    commands: [...kind.commands(action, request, counts.batches, arriving, facts)],
  }
}

function ofTicked(selection: Selection): RecoveryPlan['notes'] {
  const isTicked = selection.kind === 'ids' && (selection.minIdleMs ?? 0) === 0
  return isTicked ? [message('recovery.ticked-again')] : []
}

/** What was not read may be others by the time of the run; how many, and since when they are held, is what binds it. */
function ofUnread(read: number, unread: number): RecoveryPlan['notes'] {
  return unread > 0 ? [message('recovery.bound-by-count', { read, unread })] : []
}

function sum(holdings: Holdings): number {
  return [...holdings.values()].reduce((total, each) => total + each, 0)
}

function heldBy(selection: Selection, { consumers }: PlanFacts): number {
  if (selection.kind !== 'consumer') return 0
  return consumers.find(({ name }) => sameBytes(fromBuffer(name), selection.consumer))?.pending ?? 0
}

/** Where one consumer's entries were not read to their end, the rest is taken to go as the first ones do. */
function withUnread(holdings: Holdings, unread: number): Holdings {
  const [first] = holdings
  return first && unread > 0 ? new Map([[first[0], first[1] + unread]]) : holdings
}

function beforeAndAfter({ consumers }: PlanFacts, leaving: Holdings, arriving: Holdings): RecoveryPlan['consumers'] {
  const known = new Set(consumers.map(({ name }) => nameKey(name)))
  const changed = consumers.flatMap(({ name, pending: before }) => {
    const key = nameKey(name)
    const after = before - (leaving.get(key) ?? 0) + (arriving.get(key) ?? 0)
    return after === before ? [] : [{ name: fromBuffer(name), before, after }]
  })
  const created = leaving.size === 0 ? [] : [...arriving].filter(([key]) => !known.has(key))
  return [...changed, ...created.map(([key, after]) => ({ name: fromBuffer(keyName(key)), before: 0, after }))]
}
