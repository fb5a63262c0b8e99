import type { Standing } from '../../../shared/judgement/alerts/standing'
import { subjectOf, type Trouble } from '../../../shared/judgement/alerts/trouble'
import type { NamedFinding, Telling } from '../../../shared/model/alert'

/** What came, and what is not there any more, as it is named to whoever is told. `standing`: since when each stands. */
export function namedFindings(
  standing: readonly Standing[],
  raised: readonly Trouble[],
  resolved: readonly Standing[],
): Readonly<Record<Telling['what'], readonly NamedFinding[]>> {
  const since = new Map(standing.map(({ findingId, sinceMs }) => [findingId, sinceMs]))
  return {
    raised: raised.map(({ finding }) => {
      return { findingId: finding.id, ...subjectOf(finding), finding, sinceMs: since.get(finding.id) ?? 0 }
    }),
    resolved: resolved.map(({ findingId, kind, key, group, sinceMs }) => {
      return { findingId, kind, key, group, finding: null, sinceMs }
    }),
  }
}
