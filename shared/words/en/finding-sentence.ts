import { displayName } from '../../format/display-name'
import { formatDuration } from '../../format/format-duration'
import { displayBytes } from '../../bytes'
import type { Finding } from '../../judgement/findings'
import { countedWords } from './counted-words'
import { appErrorText } from './error-words'
import { findingWords } from './finding-words'
import { sentence } from '../messages'

/** A finding as one plain sentence: the page has the same text with markup in it. */
export function findingSentence(finding: Finding): string {
  switch (finding.kind) {
    case 'stalled':
      return fill(findingWords.stalled, {
        ...placeOf(finding),
        consumer: displayBytes(finding.consumer),
        entries: countedWords.entries(finding.pending),
        ago: findingWords.ago(finding.idleMs),
      })
    case 'stuck':
      return fill(findingWords.stuck, {
        ...placeOf(finding),
        consumer: displayBytes(finding.consumer),
        entries: countedWords.entries(finding.pending),
        time: formatDuration(finding.idleMs),
      })
    case 'poison':
      return fill(findingWords.poison, {
        ...placeOf(finding),
        id: finding.peek.mostId,
        times: findingWords.times(finding.peek.mostDeliveries),
      })
    case 'gone':
      return fill(findingWords.gone(finding.peek.gone), {
        ...placeOf(finding),
        entries: countedWords.pendingEntries(finding.peek.gone),
      })
    case 'lagging':
      return fill(findingWords.lagging, {
        ...placeOf(finding),
        behind: findingWords.entriesBehind(finding.row.group.lag),
      })
    case 'beyond-end':
      return fill(findingWords.beyondEnd, { ...placeOf(finding), id: finding.row.group.lastDeliveredId })
    case 'late':
      return fill(findingWords.late, {
        groups: countedWords.groups(finding.groups),
        time: formatDuration(finding.mostMs),
      })
    case 'unreadable':
      return fill(findingWords.unreadable, {
        streams: countedWords.streams(finding.streams),
        why: appErrorText(finding.error, sentence),
      })
  }
}

function placeOf({ row }: Extract<Finding, { row: unknown }>) {
  return { stream: displayName(row.key), group: displayName(row.group.name) }
}

/** At once: a name may have braces of its own. */
function fill(text: string, slots: Readonly<Record<string, string>>): string {
  return text.replace(/\{(\w+)\}/g, (whole, slot: string) => slots[slot] ?? whole)
}
