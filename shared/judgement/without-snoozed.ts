import type { Finding } from './finding'
import { isWorse, measureOf, type FindingMeasure } from './finding-measure'

/** By id, findings that are not to be told, and how bad each was then; null: not known. */
export type Snoozed = ReadonlyMap<string, FindingMeasure | null>

interface Told {
  readonly told: readonly Finding[]
  /** Ids of those that are told though they are snoozed, as they got worse since. */
  readonly worse: readonly string[]
}

/** What is left to be told. */
export function withoutSnoozed(findings: readonly Finding[], snoozed: Snoozed): Told {
  const isWorseNow = (finding: Finding): boolean => {
    const then = snoozed.get(finding.id) ?? null
    return then !== null && isWorse(measureOf(finding), then)
  }
  const told = findings.filter((finding) => !snoozed.has(finding.id) || isWorseNow(finding))
  return { told, worse: told.flatMap(({ id }) => (snoozed.has(id) ? [id] : [])) }
}
