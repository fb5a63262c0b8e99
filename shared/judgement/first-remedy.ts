import type { FindingOf } from './finding'

/**
 * What helps first with what a stalled consumer holds: a claim for one that is alive; where claims were seen not to help, or the only
 * ones alive look at new entries alone, delivery as new entries.
 */
export function firstRemedy({ row, claims }: FindingOf<'stalled' | 'dead'>): 'claim' | 'requeue' {
  const { active, stuck } = row.group
  const onlyNewAreRead = active === 0 && (stuck ?? 0) > 0
  return claims?.end === 'left' || onlyNewAreRead ? 'requeue' : 'claim'
}
