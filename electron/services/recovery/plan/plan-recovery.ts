import type { EntryId } from '../../../../shared/entry-id'
import type { CapabilityName, ServerInfo } from '../../../../shared/model/connection'
import type { HashesFound } from '../../../../shared/model/hashes-found'
import type { RecoveryPlan } from '../../../../shared/model/plan'
import type { RecoveryAction } from '../../../../shared/model/recovery-action'
import { actionNeeds } from '../../../../shared/judgement/action-needs'
import { goneEntries } from '../../../../shared/judgement/gone-entries'
import type { Selection } from '../../../../shared/model/selection'
import { nameKey, toBuffer } from '../../../redis/bytes'
import type { ConsumerInfo } from '../../../redis/xinfo'
import { ownConsumerInfos } from '../../inspection/groups'
import type { Touches } from '../../inspection/own-signs'
import type { ActionKind, PlanFacts } from '../action'
import { kindOf } from '../actions/kinds'
import { idsOf } from '../../jobs/run-batch'
import { readPositions, type GroupPositions } from '../../inspection/group-positions'
import { noted, readStreamMark, type StreamMark } from '../../inspection/stream-mark'
import { dropsGone, goneWithin, mayBeGoneAfter } from '../../inspection/entry-presence'
import { lookAtOthers } from '../copies/other-readers'
import { readWaiting } from '../targets/signs-of-life'
import type { GroupSource } from '../../../redis/source'
import { readSelection, type Page, type Read } from './read-selection'
import type { Selected } from '../selection/selected'
import type { KeptPlan } from './kept-plan'
import { createPlanCounter } from './plan-counts'
import { planOf, type RecoveryRequest } from './plan-of-counts'
import { hashWarnings } from '../hashes/hashes-found'
import { message } from '../../../../shared/words/messages'

/** A plan, and what its run needs beside it. */
export interface PreparedRecovery {
  readonly plan: RecoveryPlan
  readonly selected: Selected
  /** Server time just before the reading: what was delivered later has moved since. */
  readonly plannedAt: number
  readonly stream: StreamMark | undefined
  /** Of what would lose what is deleted; null: nothing is that a group needs. */
  readonly positions: GroupPositions | null
  /** The record whose job it goes on with: what that was about is looked at again before it runs. */
  readonly resumes?: string
  /** What an earlier plan was made of, of which this is what is left: looked at again before it runs. */
  readonly then?: KeptPlan
}

/** What is known before the group is looked at. */
export interface FactsBefore extends Pick<PlanFacts, 'server' | 'stalledAfterMs'> {
  /** Of these, who was emptied and not seen since. */
  emptied(consumers: readonly ConsumerInfo[], waiting: PlanFacts['waiting']): PlanFacts['emptied']
  /** Who waits; absent: it is read for this plan. */
  readonly waitingClients?: ((server: ServerInfo) => Promise<PlanFacts['waiting']>) | undefined
}

export interface PlanProgress {
  readonly walked: number
  readonly total: number
  readonly matched: number
}

interface PlanningOf {
  readonly thorough: boolean
  readonly touches: Touches
  readonly then?: KeptPlan | undefined
}

/** These drop what is gone from the stream from the pending list, since Redis 7. */
const CLAIMING: ReadonlySet<CapabilityName> = new Set(['xclaim', 'xautoclaim'])

/** A plan looks up so many entries one by one, at most, to tell how many are gone from the stream. */
const MOST_LOOK_UPS = 20_000
/** What one consumer holds is read one by one up to so many at once, which takes less than its run does. */
const READ_AT_ONCE = 10_000
/** Of so many of its first entries it may look at where they would be written. */
const MOST_HASHES = 1_000

/**
 * Reads what the selection holds now, and says what the action would do to it. Changes nothing. Yields how far it is,
 * page by page; the plan comes last. `thorough`: all pages; else the first ones only of what one consumer holds.
 */
export async function* planRecovery(
  context: GroupSource,
  request: RecoveryRequest,
  facts: FactsBefore,
  { thorough, touches, then }: PlanningOf,
): AsyncGenerator<PlanProgress, PreparedRecovery> {
  const { reader, key, group } = context
  const subject = { key: request.key, group: request.group }
  const kind: ActionKind<RecoveryAction> = kindOf(request.action)
  const claims = actionNeeds(request.action, facts.server).some((name) => CLAIMING.has(name))
  // An undo gives back what it changes, but for this.
  const losesGone = goneEntries(request.action) !== 'left-out' && kind.undo(request.action).possible
  const counter = createPlanCounter()
  // To tell how many are gone; once there were too many to look up, no further reading would.
  const isGoneOpen = (): boolean => losesGone && counter.counts.gone !== null
  /** By the one consumer that is asked for, once that is known: who has read so many is at their end. */
  let held = Infinity
  const readsOn = async (last: EntryId, walked: number) =>
    thorough || walked < READ_AT_ONCE || walked >= held || (isGoneOpen() && (await mayBeGoneAfter(reader, key, last)))
  const pages = readSelection(context, { ...request, then: then?.holdings ?? null }, readsOn)
  let step = await pages.next()
  // After the plan's moment: of what was there then, nobody holds more than this tells.
  const consumers = await ownConsumerInfos(reader, key, group, touches)
  held = mostChosen(request.selection, consumers)
  const looksDead = ({ name, idleMs }: ConsumerInfo): boolean =>
    idleMs > facts.stalledAfterMs || facts.emptied(consumers, null).has(nameKey(name))
  const readWaitingNow = facts.waitingClients ?? ((server) => readWaiting(reader, server))
  const waiting = claims && consumers.some(looksDead) ? await readWaitingNow(facts.server) : null
  const known: PlanFacts = {
    ...{ ...facts, group: subject, consumers, waiting },
    emptied: facts.emptied(consumers, waiting),
    chosen: held,
  }
  const action = kind.resolveTargets(request.action, holderOf(request.selection, step), known)
  const examined = (await kind.examine?.(context, action)) ?? []
  const drops = claims && (await dropsGone(reader, key))
  const goneAre = goneEntries(action) === 'left-out' ? 'left-out' : drops ? 'dropped' : 'sent'
  const positions = takesFromOthers(kind, action) ? await readPositions(context) : null
  const others = await lookAtOthers(context, { deletes: kind.deletes(action), target: kind.copiesTo(action) })
  const toLookAt: EntryId[] = []
  let lookUps = 0
  let complete = true
  let untold = 0
  for (; !step.done; step = await pages.next()) {
    const { rows, walked, total } = step.value
    const passed = drops && kind.dropsOnItsWay === true ? step.value.passed : []
    const seen = await goneWithin(reader, key, idsOf([...rows, ...passed]), MOST_LOOK_UPS - lookUps)
    lookUps += seen?.lookedUp ?? 0
    complete = step.value.complete
    untold += step.value.untold
    counter.add({
      rows,
      passed,
      gone: seen?.gone ?? null,
      isAlreadySo: (row) => kind.isAlreadySo(action, row),
      goneAre,
    })
    const present = rows.filter(({ id }) => seen?.gone.has(id) !== true)
    await others.add(idsOf(present), seen !== null)
    if (kind.hashes) toLookAt.push(...idsOf(present).slice(0, MOST_HASHES - toLookAt.length))
    yield { walked, total, matched: counter.counts.entries }
  }
  const { plannedAt, notPending } = step.value
  const { counts } = counter
  const ids = idsOf([...(counts.batches[0] ?? []), ...(counts.batches.at(-1) ?? [])])
  const stream = noted(await readStreamMark(reader, key, { group, ids, consumers: true }))
  const read = { notPending, untold, complete, isGoneKnown: losesGone }
  const plan = planOf({ request, action, kind, facts: known, counts, others, examined, ...read })
  const targetLosses = await kind.targetLosses?.(context, action, plan.changes)
  const hashes = await kind.hashes?.(action, context, toLookAt)
  const { selected } = step.value
  return {
    plan: withHashes({ ...plan, plannedAt, ...(targetLosses === undefined ? {} : { targetLosses }) }, hashes),
    selected: complete || selected.kind === 'ids' ? selected : { ...selected, most: plan.entries },
    plannedAt,
    stream,
    positions,
    ...(then && { then }),
  }
}

/** By ACKED nothing goes that another group needs. */
function takesFromOthers(kind: ActionKind<RecoveryAction>, action: RecoveryAction): boolean {
  if (!kind.deletes(action)) return false
  const mode =
    'references' in action ? action.references : 'deleteOriginal' in action ? action.deleteOriginal : undefined
  return mode !== 'ACKED'
}

/** How many entries a selection may hold, by what the consumers do. */
function mostChosen(selection: Selection, consumers: readonly ConsumerInfo[]): number {
  if (selection.kind === 'ids') return selection.ids.length
  const named = selection.kind === 'consumer' ? [selection.consumer] : selection.criteria.consumers
  const names = named && new Set(named.map(nameKey))
  return consumers.reduce((sum, { name, pending }) => sum + (names?.has(nameKey(name)) === false ? 0 : pending), 0)
}

function withHashes(plan: RecoveryPlan, hashes: HashesFound | undefined): RecoveryPlan {
  if (hashes === undefined) return plan
  const { possible, note } = plan.undo
  const undo = hashes.unknown === 0 ? plan.undo : { possible, note: message('undo.hashes-lost', { what: note }) }
  return { ...plan, hashes, undo, warnings: [...plan.warnings, ...hashWarnings(hashes)] }
}

/** Who holds all that is selected, as far as its first page tells; null when several do. */
function holderOf(selection: Selection, step: IteratorResult<Page, Read>): Buffer | null {
  if (selection.kind === 'consumer') return toBuffer(selection.consumer)
  const [first, ...others] = step.done ? [] : step.value.rows
  return first && others.every(({ consumer }) => consumer.equals(first.consumer)) ? first.consumer : null
}

/** Walks a planning to its end. */
export async function runToEnd(walk: AsyncGenerator<PlanProgress, PreparedRecovery>): Promise<PreparedRecovery> {
  for (;;) {
    const step = await walk.next()
    if (step.done) return step.value
  }
}
