import { groupKey } from '../../shared/group-key'
import type { TriageRow } from '../../shared/judgement/triage-row'
import type { GroupReport, StreamReport } from '../../shared/model/monitoring'
import { memo } from './memo-by'

/** A group as the host judged it. */
export type ReportedRow = TriageRow & Pick<GroupReport, 'rates' | 'backlog' | 'peek'>

/** The groups of one stream; the same objects until its report is another. */
export const reportedRows = memo(({ summary: { key, groups }, groups: judged }: StreamReport): readonly ReportedRow[] =>
  groups.flatMap((group, at) => {
    const judgement = judged[at]
    return judgement ? { id: groupKey(key, group.name), key, group, ...judgement } : []
  }),
)
