import { sameBytes, type Bytes } from '../../../shared/bytes'
import type { EntryId } from '../../../shared/entry-id'
import { matcher } from '../../../shared/glob'
import { groupKey } from '../../../shared/group-key'
import type { RecoveryPlan } from '../../../shared/model/plan'
import type { RecoveryAction } from '../../../shared/model/recovery-action'
import type { Rule, RuleAction } from '../../../shared/model/rule'
import { isAppError } from '../../../shared/error'
import { toBuffer } from '../../redis/bytes'
import type { Source } from '../../redis/source'
import type { Recovery } from '../recovery/recovery'
import { findEntries } from './find-entries'
import { groupsWithPending } from './groups-with-pending'
import type { Matching, MatchingStreams } from './matching-streams'

export interface PlanSources {
  readonly matching: MatchingStreams
  readonly recovery: Pick<Recovery, 'plan'>
  source(connectionId: string, key: Bytes): Source
}

/** A group that was looked at: with what is to be done there, with nothing, or with what went wrong. */
export type PlannedGroup =
  | { readonly state: 'matched'; readonly matching: Matching }
  | { readonly state: 'nothing' }
  | { readonly state: 'planned'; readonly plan: RecoveryPlan; readonly taken: number }
  | FailedGroup

interface FailedGroup {
  readonly state: 'failed'
  readonly error: unknown
}

interface GroupAt {
  readonly key: Bytes
  readonly group: Bytes
}

/** Where the next run goes on. */
export interface RuleCursor {
  /** In each group, by `groupKey`: behind this entry. */
  readonly after: Map<string, EntryId>
  /** The group that comes first, for there were no look-ups left for it. Null: there were for all. */
  from: GroupAt | null
}

export function newCursor(): RuleCursor {
  return { after: new Map(), from: null }
}

/** Entries that one run looks up one by one, in all groups, to tell whether they are gone: each is sent whole. */
const MOST_LOOK_UPS = 2_000

/**
 * Group by group what a rule would do: plans as a person's, made by reading. Of each group `left()` entries at most. What one
 * group refuses says nothing of the next; throws UNREACHABLE, and whatever is no answer of Redis.
 */
export async function* plansOfRule(
  { matching, recovery, source }: PlanSources,
  rule: Rule,
  run: {
    readonly left: () => number
    readonly cursor: RuleCursor
    readonly fresh: boolean
    readonly signal?: AbortSignal
  },
): AsyncGenerator<PlannedGroup, void> {
  const { connectionId } = rule
  const matched = await matching(connectionId, rule.stream, { fresh: run.fresh, signal: run.signal })
  yield { state: 'matched', matching: matched }
  const isGroup = matcher(rule.group)
  const { cursor } = run
  const { from } = cursor
  const lookUps = { left: MOST_LOOK_UPS }
  cursor.from = null
  for await (const next of groupsFrom(from)) {
    run.signal?.throwIfAborted()
    if (run.left() <= 0) return
    yield 'state' in next ? next : await planGroup(next)
  }

  /** All of them, from this one on, round and round. What one stream refuses keeps none of the others waiting. */
  async function* groupsFrom(first: RuleCursor['from']): AsyncGenerator<GroupAt | FailedGroup> {
    const isFirst = (key: Bytes): boolean => first !== null && sameBytes(key, first.key)
    const at = Math.max(0, matched.keys.findIndex(isFirst))
    let before: readonly Bytes[] = []
    for (const key of [...matched.keys.slice(at), ...matched.keys.slice(0, at)]) {
      const groups = await groupsWithPending(source(connectionId, key), isGroup).catch(failedGroup)
      if (groups === null) continue
      if ('state' in groups) {
        yield groups
        continue
      }
      const start = first !== null && isFirst(key) ? groups.findIndex((group) => sameBytes(group, first.group)) : 0
      if (start > 0) before = groups.slice(0, start)
      for (const group of groups.slice(Math.max(0, start))) yield { key, group }
    }
    if (first !== null) for (const group of before) yield { key: first.key, group }
  }

  async function planGroup({ key, group }: GroupAt): Promise<PlannedGroup> {
    const id = groupKey(key, group)
    try {
      const at = { ...source(connectionId, key), group: toBuffer(group) }
      const found = await findEntries(at, rule, { most: run.left(), after: cursor.after.get(id) ?? null, lookUps })
      if (found.next === null) cursor.after.delete(id)
      else cursor.after.set(id, found.next)
      if (found.isCut) cursor.from ??= { key, group }
      if (found.ids.length === 0) return { state: 'nothing' }
      const selection = { kind: 'ids' as const, ids: [...found.ids], minIdleMs: rule.minIdleMs }
      const asked = { connectionId, key, group, selection, action: recoveryOf(rule.action, rule.minIdleMs, rule.name) }
      const plan = await recovery.plan(asked, run.signal)
      // What it leaves alone uses up nothing.
      const taken = plan.changes + plan.drops
      return taken === 0 ? { state: 'nothing' } : { state: 'planned', plan, taken }
    } catch (error) {
      // Gone between two looks: there is nothing to do.
      return isAppError(error, 'NOT_FOUND') ? { state: 'nothing' } : failedGroup(error)
    }
  }
}

/** Throws what is wrong with all of them. */
function failedGroup(error: unknown): FailedGroup {
  if (!isAppError(error) || isAppError(error, 'UNREACHABLE')) throw error
  return { state: 'failed', error }
}

/** As a person would ask for it. An entry that was claimed is left alone until it has been idle for so long again. */
export function recoveryOf(action: RuleAction, minIdleMs: number, name: string): RecoveryAction {
  switch (action.kind) {
    case 'claim':
      return { kind: 'claim', to: action.to, includeGone: false, idle: 'anew' }
    case 'deadLetter':
      return { kind: 'deadLetter', stream: action.stream, reason: name, maxLen: null }
    case 'handle':
      return { ...action, minIdleMs, idle: 'anew' }
    case 'spread':
      return { kind: 'spread', to: null, includeGone: false, idle: 'anew' }
    case 'ackGone':
      return { kind: 'ack' }
    case 'release':
      return action
  }
}
