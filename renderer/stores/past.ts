import { defineStore } from 'pinia'
import type { PastStep, PastStream } from '../../shared/model/past'
import { api } from '../api/client'
import { createResources, type Resources } from './resources'
import { groupTargetKey, type GroupTarget } from './targets'

export interface PastTarget extends GroupTarget {
  readonly stepMs: PastStep
  /** How far back. */
  readonly backMs: number
}

/** What was seen of a group at each step; what is known already is not read again. */
export const usePast = defineStore('past', () => {
  const keyOf = (target: PastTarget): string => `${groupTargetKey(target)} ${target.stepMs} ${target.backMs}`
  const known = (target: PastTarget): readonly PastStream[] => resources.of(target) ?? []
  const resources: Resources<PastTarget, readonly PastStream[]> = createResources(keyOf, async (target, signal) => {
    const { connectionId, key, group, stepMs, backMs } = target
    const beginMs = Date.now() - backMs
    const before = known(target)
    // The last one again: what comes after it may come after a gap.
    const fromMs = Math.max(beginMs, before.at(-1)?.atMs ?? 0)
    const seen = await api().stream.past({ connectionId, key, group, stepMs, fromMs }, { signal })
    return [...before.filter(({ atMs }) => atMs >= beginMs && atMs < fromMs), ...seen]
  })
  return resources
})
