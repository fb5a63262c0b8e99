import type { FindingKind } from './finding'
import type { Thresholds } from './thresholds'

/** By which of the thresholds each kind is judged. */
export const FINDING_THRESHOLDS: Readonly<Record<FindingKind, readonly (keyof Thresholds)[]>> = {
  stalled: ['stalledAfterMs'],
  dead: ['deadAfterMs'],
  stuck: ['stalledAfterMs', 'neglectedAfterMs'],
  poison: ['poisonDeliveries'],
  suspect: ['stalledAfterMs'],
  gone: [],
  lagging: ['laggingEntries', 'laggingAfterMs', 'drainsSoonMs'],
  growing: ['laggingEntries', 'behindSoonMs'],
  unattended: ['stalledAfterMs'],
  collision: ['overtakenWithinMs', 'overtakenSoonMs'],
  'collision-soon': ['overtakenSoonMs'],
  trimmed: [],
  uneven: ['unevenPercent', 'unevenEntries', 'stalledAfterMs'],
  names: ['spareConsumers', 'spareAfterMs'],
  'beyond-end': [],
  late: ['laggingAfterMs'],
  vanished: [],
  memory: ['memoryPercent'],
  untrimmed: ['untrimmedEntries'],
  'dead-letters': ['deadLetters', 'deadLettersWithinMs'],
  'rule-stopped': [],
  unreadable: [],
}
