import type { Finding, FindingKind } from './finding'
import { FINDING_HEALTH } from './finding-weight'
import { SEVERITY } from './severity'

/** How bad a finding was at a moment: it stays the same finding while it gets worse. */
export interface FindingMeasure {
  /** Of its kind: the greater, the worse. */
  readonly rank: number
  /** What is concerned: entries, or groups, streams, names. 0: nothing of it is counted. */
  readonly figure: number
}

/** So many times as much is something else than what was seen before. */
const TIMES = 10

export function measureOf(finding: Finding): FindingMeasure {
  return { rank: rankOf(finding.kind), figure: figureOf(finding) }
}

/** Whether somebody who knows of the one is to be told of the other: its kind weighs more, or ten times as much is concerned. */
export function isWorse(now: FindingMeasure, then: FindingMeasure): boolean {
  return now.rank > then.rank || now.figure >= TIMES * Math.max(1, then.figure)
}

/** Of those that may be one finding: who was stalled is gone for good. */
function rankOf(kind: FindingKind): number {
  return 2 * SEVERITY[FINDING_HEALTH[kind]] + (kind === 'dead' ? 1 : 0)
}

function figureOf(finding: Finding): number {
  switch (finding.kind) {
    case 'stalled':
    case 'dead':
      return finding.pending + finding.othersPending
    case 'stuck':
      return finding.row.group.stuckPending ?? finding.pending
    case 'poison':
      return finding.peek.poison
    case 'suspect':
      return finding.suspect.consumers.length
    case 'gone':
      return finding.peek.gone
    case 'lagging':
    case 'growing':
    case 'unattended':
      return Math.max(0, Number(finding.row.group.lag.value ?? 0))
    case 'collision':
    case 'collision-soon':
      return finding.collision.lostPerHour
    case 'trimmed':
      return finding.lost
    case 'uneven':
      return finding.pending
    case 'names':
      return finding.spare
    case 'beyond-end':
    case 'rule-stopped':
      return 0
    case 'late':
    case 'vanished':
      return finding.groups
    case 'memory':
      return finding.percent
    case 'untrimmed':
    case 'dead-letters':
      return finding.length
    case 'unreadable':
      return finding.streams
  }
}
