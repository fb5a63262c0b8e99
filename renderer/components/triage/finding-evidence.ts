import type { Finding } from '../../../shared/judgement/findings'
import type { TriageRow } from '../../../shared/judgement/triage-row'
import { describeError } from '../../api/errors'
import { formatRate } from '../../../shared/format/format-rate'
import { displayName } from '../../../shared/format/display-name'
import { elideMiddle } from '../../utils/elide'
import { words } from '../../../shared/words/words'

/** What a finding rests on, and what to make of it, in one line. */
export function evidenceOf(finding: Finding): string {
  return parts(finding)
    .filter((part) => part !== null)
    .join(' · ')
}

function parts(finding: Finding): readonly (string | null)[] {
  switch (finding.kind) {
    case 'stalled':
      return [
        oldest(finding.row),
        onlyConsumer(finding.row) ?? consumers(finding.row),
        finding.others > 0 ? words.finding.othersHold(finding.others, finding.othersPending) : null,
      ]
    case 'stuck':
      return [
        words.finding.ownReading,
        consumers(finding.row),
        finding.others > 0 ? words.finding.otherStuck(finding.others) : null,
      ]
    case 'poison':
      return [
        words.finding.oftenDelivered(finding.peek.poison, finding.peek.looked, finding.peek.poisonDeliveries),
        words.finding.probablyFails,
      ]
    case 'gone':
      return [words.finding.ofOldest(finding.peek.lookedFor), words.finding.trimmedBefore]
    case 'lagging':
      return [waits(finding.row), trend(finding), consumers(finding.row)]
    case 'beyond-end':
      return [words.finding.streamEndsAt(finding.lastGeneratedId), words.finding.setIdBack]
    case 'late': {
      const names = finding.rows.map(
        ({ key, group }) => `${elideMiddle(displayName(key), 32)} / ${elideMiddle(displayName(group.name), 24)}`,
      )
      return [finding.groups > names.length ? words.finding.andOthers(names) : names.join(', ')]
    }
    case 'unreadable':
      return [describeError(finding.error).next]
  }
}

function oldest({ group }: TriageRow): string | null {
  return group.oldestIdleMs === null ? null : words.finding.oldest(group.oldestIdleMs)
}

function onlyConsumer({ group }: TriageRow): string | null {
  return group.consumers === 1 ? words.finding.onlyConsumer : null
}

function consumers({ group }: TriageRow): string {
  if (group.consumers === 0) return words.finding.noConsumers
  if (group.active === null) return words.counted.consumers(group.consumers)
  if (group.active === 0) return words.finding.noConsumerIsActive
  return words.finding.activeConsumers(group.active)
}

function waits({ waiting }: TriageRow): string | null {
  return waiting.kind === 'none' ? null : words.finding.waits(waiting)
}

function trend({ rates }: Extract<Finding, { kind: 'lagging' }>): string | null {
  if (!rates) return null
  if (rates.drainMs !== null) return words.finding.caughtUp(rates.drainMs)
  const net = rates.growsPerSecond
  if (net === null) return null
  return net > 0.05 ? words.finding.fallsBehind(formatRate(net)) : words.finding.neitherGrowsNorShrinks
}
