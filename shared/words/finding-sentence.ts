import type { Bytes } from '../bytes'
import { formatDuration } from '../format/format-duration'
import { formatSize } from '../format/format-size'
import type { Finding } from '../judgement/finding'
import type { TriageRow } from '../judgement/triage-row'
import { errorWords } from './errors'
import { figure, id, name, sentenceText, type Sentence } from './sentence'
import { words } from './words'

/** What is wrong, as one line of plain text. */
export function findingText(finding: Finding): string {
  return sentenceText(sentenceOf(finding))
}

/** What is wrong, as a sentence and what stands in it. */
export function sentenceOf(finding: Finding): Sentence {
  switch (finding.kind) {
    case 'stalled':
    case 'dead': {
      const { consumer, pending, idleMs } = finding
      const parts = {
        consumer: name(consumer),
        entries: figure(words.counted.entries(pending)),
        ago: figure(words.finding.ago(idleMs)),
      }
      return {
        text: finding.kind === 'dead' ? words.finding.dead : words.finding.stalled,
        parts: { ...where(finding.row), ...parts },
      }
    }
    case 'stuck': {
      const { consumer, pending, idleMs } = finding
      const parts = { entries: figure(words.counted.entries(pending)), time: figure(formatDuration(idleMs)) }
      return { text: words.finding.stuck, parts: { ...where(finding.row), consumer: name(consumer), ...parts } }
    }
    case 'poison': {
      const { mostId, mostDeliveries } = finding.peek
      const parts = { id: id(mostId), times: figure(words.finding.times(mostDeliveries)) }
      return { text: words.finding.poison, parts: { ...where(finding.row), ...parts } }
    }
    case 'suspect': {
      const { id: entry, consumers } = finding.suspect
      const parts = { id: id(entry), consumers: figure(words.counted.consumers(consumers.length)) }
      return { text: words.finding.suspect, parts: { ...where(finding.row), ...parts } }
    }
    case 'gone': {
      const { gone, lookedFor } = finding.peek
      const entries = words.counted.pendingEntries(gone)
      const isAll = lookedFor >= finding.row.group.pending
      const parts = { entries: figure(isAll ? entries : words.finding.atLeast(entries)) }
      return { text: words.finding.gone(gone), parts: { ...where(finding.row), ...parts } }
    }
    case 'lagging':
      return { text: words.finding.lagging, parts: behind(finding.row) }
    case 'growing':
      return {
        text: words.finding.growing,
        parts: { ...behind(finding.row), rate: figure(words.finding.rate(finding.growth.perSecond)) },
      }
    case 'unattended':
      return { text: words.finding.unattended, parts: behind(finding.row) }
    case 'collision':
    case 'collision-soon': {
      const { inMs, lostPerHour } = finding.collision
      const parts = {
        time: figure(words.finding.about(formatDuration(inMs))),
        entries: figure(words.finding.about(words.counted.entries(rounded(lostPerHour)))),
      }
      return { text: words.finding.collision(rounded(lostPerHour)), parts: { ...where(finding.row), ...parts } }
    }
    case 'trimmed': {
      const entries = figure(words.counted.entries(finding.lost))
      return { text: words.finding.trimmed(finding.lost), parts: { ...where(finding.row), entries } }
    }
    case 'uneven': {
      const { consumer, pending, percent } = finding
      const parts = { percent: figure(words.finding.percent(percent)), entries: figure(words.counted.entries(pending)) }
      return { text: words.finding.uneven, parts: { ...where(finding.row), consumer: name(consumer), ...parts } }
    }
    case 'names':
      return {
        text: words.finding.names,
        parts: { ...where(finding.row), names: figure(words.counted.consumers(finding.spare)) },
      }
    case 'beyond-end':
      return {
        text: words.finding.beyondEnd,
        parts: { ...where(finding.row), id: id(finding.row.group.lastDeliveredId) },
      }
    case 'late': {
      const parts = {
        groups: figure(words.counted.groups(finding.groups)),
        time: figure(formatDuration(finding.mostMs)),
      }
      return { text: words.finding.late, parts }
    }
    case 'vanished': {
      const [only, ...others] = finding.named
      if (only && others.length === 0) {
        const text = only.withStream ? words.finding.vanishedWithStream : words.finding.vanished
        return { text, parts: { stream: name(only.key), group: name(only.group) } }
      }
      const parts = {
        groups: figure(words.counted.groups(finding.groups)),
        streams: figure(words.counted.streams(finding.streams)),
      }
      return { text: words.finding.manyVanished, parts }
    }
    case 'memory': {
      const { key, percent, maxBytes } = finding
      const figures = { percent: figure(words.finding.percent(percent)), max: figure(formatSize(maxBytes)) }
      return { text: words.finding.nearlyFull, parts: { stream: name(key), ...figures } }
    }
    case 'untrimmed':
      return { text: words.finding.untrimmed, parts: ofStream(finding) }
    case 'dead-letters':
      return {
        text: words.finding.deadLetters,
        parts: { ...ofStream(finding), ago: figure(words.finding.ago(finding.newestMs)) },
      }
    case 'rule-stopped': {
      const { name: rule, why } = finding
      const parts = { rule: name(rule), why: { as: 'text', value: words.rule.whyStopped[why] } } as const
      return { text: words.finding.ruleStopped, parts }
    }
    case 'unreadable': {
      const why = { as: 'text', value: errorWords(finding.error)?.title ?? finding.error.code } as const
      return { text: words.finding.unreadable, parts: { streams: figure(words.counted.streams(finding.streams)), why } }
    }
  }
}

function where({ key, group }: TriageRow): Sentence['parts'] {
  return { stream: name(key), group: name(group.name) }
}

function behind(row: TriageRow): Sentence['parts'] {
  return { ...where(row), behind: figure(words.finding.entriesBehind(row.group.lag)) }
}

function ofStream({ key, length }: { readonly key: Bytes; readonly length: number }): Sentence['parts'] {
  return { stream: name(key), entries: figure(words.counted.entries(length)) }
}

/** An estimate has no more digits than it is worth. */
function rounded(value: number): number {
  return Math.max(1, Number(value.toPrecision(2)))
}
