import type { GroupSample } from '../../shared/judgement/rates'
import { backlog as backlogOf, ratesOf as ratesFrom } from '../../shared/judgement/rates'
import { streamState as streamStateOf } from '../../shared/judgement/stream-health'
import type { Thresholds } from '../../shared/judgement/thresholds'
import { triageRows as triageRowsOf } from '../../shared/judgement/triage-row'
import type { StreamSummary } from '../../shared/model/stream'
import { memo, memoBy } from './memo-by'

// What is shown of ten thousand streams is judged again only where a stream was read again, or a threshold changed.
export const streamState = memoBy((summary: StreamSummary, thresholds: Thresholds) =>
  streamStateOf(summary, thresholds),
)
export const triageRows = memoBy((summary: StreamSummary, thresholds: Thresholds) => triageRowsOf(summary, thresholds))
export const ratesOf = memo((samples: readonly GroupSample[]) => ratesFrom(samples))
export const backlog = memo((samples: readonly GroupSample[]) => backlogOf(samples))
