import type { Finding } from '../../../shared/judgement/findings'
import type { TriageRow } from '../../../shared/judgement/triage-row'
import { describeError } from '../../api/errors'
import { displayName } from '../../../shared/format/display-name'
import { elideMiddle } from '../../utils/elide'
import { formatCount, formatNoun } from '../../../shared/format/format-count'
import { formatDuration } from '../../../shared/format/format-duration'

/** What a finding rests on, and what to make of it, in one line. */
export function evidenceOf(finding: Finding, nowMs: number): string {
  return parts(finding, nowMs)
    .filter((part) => part !== null)
    .join(' · ')
}

function parts(finding: Finding, nowMs: number): readonly (string | null)[] {
  switch (finding.kind) {
    case 'stalled':
      return [
        oldest(finding.row, nowMs),
        onlyConsumer(finding.row) ?? consumers(finding.row),
        finding.others > 0
          ? `${formatNoun(finding.others, 'other stalled consumer')} ${finding.others === 1 ? 'holds' : 'hold'} ${formatCount(finding.othersPending)}`
          : null,
      ]
    case 'poison':
      return [
        `${formatCount(finding.peek.poison)} of its ${formatCount(finding.peek.looked)} oldest pending entries were delivered ${formatCount(finding.peek.poisonDeliveries)} times or more`,
        'it probably fails whoever gets it: look at it before it is claimed again',
      ]
    case 'gone':
      return [
        `of the ${formatCount(finding.peek.lookedFor)} oldest that were looked for`,
        'trimmed or deleted before they were acked: they can’t be processed any more, only acked',
      ]
    case 'lagging':
      return [behind(finding.row), trend(finding), consumers(finding.row)]
    case 'late': {
      const names = finding.rows.map(
        ({ key, group }) => `${elideMiddle(displayName(key), 32)} / ${elideMiddle(displayName(group.name), 24)}`,
      )
      return [names.join(', ') + (finding.groups > names.length ? ' and others' : '')]
    }
    case 'unreadable':
      return [describeError(finding.error).next]
  }
}

function oldest({ oldestAtMs }: TriageRow, nowMs: number): string | null {
  return oldestAtMs === null ? null : `the oldest pending entry is ${formatDuration(nowMs - oldestAtMs)} old`
}

function onlyConsumer({ group }: TriageRow): string | null {
  return group.consumers === 1 ? 'it is the only consumer: open the group to claim for a new one' : null
}

function consumers({ group }: TriageRow): string {
  if (group.consumers === 0) return 'no consumers'
  if (group.active === null) return formatNoun(group.consumers, 'consumer')
  if (group.active === 0) return 'no consumer is active'
  return formatNoun(group.active, 'active consumer')
}

function behind({ behindMs }: TriageRow): string | null {
  return behindMs === null || behindMs === 0 ? null : `${formatDuration(behindMs)} behind by the times in the ids`
}

function trend({ rates }: Extract<Finding, { kind: 'lagging' }>): string | null {
  if (!rates) return null
  const net = rates.inPerSecond - rates.outPerSecond
  if (rates.drainMs !== null) return `caught up in about ${formatDuration(rates.drainMs)} at this pace`
  return net > 0.05
    ? `falls behind by ${net < 10 ? net.toFixed(1) : Math.round(net)} a second more`
    : 'neither grows nor shrinks'
}
