import { defineStore } from 'pinia'
import type { PastStep, PastUntilNow } from '../../shared/model/past'
import { api } from '../api/client'
import { createResources, type Resources } from './resources'
import { groupTargetKey, type GroupTarget } from './targets'

export interface PastTarget extends GroupTarget {
  readonly stepMs: PastStep
  /** How far back. */
  readonly backMs: number
}

/** What was seen of a group at each step until now, all by the host's clock; what is known already is not read again. */
export const usePast = defineStore('past', () => {
  const keyOf = (target: PastTarget): string => `${groupTargetKey(target)} ${target.stepMs} ${target.backMs}`
  const resources: Resources<PastTarget, PastUntilNow> = createResources(keyOf, async (target, signal) => {
    const { connectionId, key, group, stepMs, backMs } = target
    const before = resources.of(target)?.steps ?? []
    // The last one again: what comes after it may come after a gap.
    const sinceMs = before.at(-1)?.atMs
    const input = { connectionId, key, group, stepMs, backMs, ...(sinceMs === undefined ? {} : { sinceMs }) }
    const { nowMs, steps } = await api().stream.past(input, { signal })
    const kept = before.filter(({ atMs }) => atMs >= nowMs - backMs && atMs < (sinceMs ?? 0))
    return { nowMs, steps: [...kept, ...steps] }
  })
  return resources
})
