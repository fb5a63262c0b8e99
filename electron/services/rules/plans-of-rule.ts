import type { Bytes } from '../../../shared/bytes'
import type { EntryId } from '../../../shared/entry-id'
import { displayName } from '../../../shared/format/display-name'
import { matcher } from '../../../shared/glob'
import { groupKey } from '../../../shared/group-key'
import type { RecoveryPlan } from '../../../shared/model/plan'
import type { RecoveryAction } from '../../../shared/model/recovery-action'
import type { Rule, RuleAction } from '../../../shared/model/rule'
import { isAppError } from '../../../shared/error'
import { fromBuffer, toBuffer } from '../../redis/bytes'
import type { Source } from '../../redis/source'
import { groupInfos } from '../../redis/xinfo'
import type { Recovery } from '../recovery/recovery'
import { findEntries } from './find-entries'
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
  | { readonly state: 'failed'; readonly error: unknown }

/** Where the next run goes on in each group, by `groupKey`. */
export type Cursors = Map<string, EntryId>

/**
 * Group by group what a rule would do: plans as a person's, made by reading. Of each group `left()` entries at most. What one
 * group refuses says nothing of the next; throws UNREACHABLE, and whatever is no answer of Redis.
 */
export async function* plansOfRule(
  { matching, recovery, source }: PlanSources,
  rule: Rule,
  run: {
    readonly left: () => number
    readonly cursors: Cursors
    readonly fresh: boolean
    readonly signal?: AbortSignal
  },
): AsyncGenerator<PlannedGroup, void> {
  const { connectionId } = rule
  const matched = await matching(connectionId, rule.stream, run.fresh)
  yield { state: 'matched', matching: matched }
  const isGroup = matcher(rule.group)
  for (const key of matched.keys) {
    for (const group of await groupsOf(source(connectionId, key), isGroup)) {
      run.signal?.throwIfAborted()
      if (run.left() <= 0) return
      yield await planGroup(key, group)
    }
  }

  async function planGroup(key: Bytes, group: Bytes): Promise<PlannedGroup> {
    const id = groupKey(key, group)
    try {
      const at = { ...source(connectionId, key), group: toBuffer(group) }
      const found = await findEntries(at, rule, run.left(), run.cursors.get(id) ?? null)
      if (found.next === null) run.cursors.delete(id)
      else run.cursors.set(id, found.next)
      if (found.ids.length === 0) return { state: 'nothing' }
      const selection = { kind: 'ids' as const, ids: [...found.ids], minIdleMs: rule.minIdleMs }
      const asked = { connectionId, key, group, selection, action: recoveryOf(rule.action, rule.minIdleMs, rule.name) }
      const plan = await recovery.plan(asked, run.signal)
      return plan.changes + plan.drops === 0
        ? { state: 'nothing' }
        : { state: 'planned', plan, taken: found.ids.length }
    } catch (error) {
      if (!isAppError(error) || isAppError(error, 'UNREACHABLE')) throw error
      // Gone between two looks: there is nothing to do.
      return isAppError(error, 'NOT_FOUND') ? { state: 'nothing' } : { state: 'failed', error }
    }
  }
}

/** Those with something pending. A key that is gone, or is no stream by now, has none. */
async function groupsOf({ reader, key }: Source, isGroup: (name: string) => boolean): Promise<readonly Bytes[]> {
  try {
    const groups = await groupInfos(reader, key)
    const pending = groups.filter((each) => each.pending > 0).map(({ name }) => fromBuffer(name))
    return pending.filter((name) => isGroup(displayName(name)))
  } catch (error) {
    if (isAppError(error, 'NOT_FOUND') || (isAppError(error, 'REDIS') && error.data.prefix === 'WRONGTYPE')) return []
    throw error
  }
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
