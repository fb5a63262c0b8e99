import type { Bytes } from '../../../shared/bytes'
import { formatMinute } from '../../../shared/format/format-time'
import { formatSize } from '../../../shared/format/format-size'
import type { Finding, FindingOf } from '../../../shared/judgement/finding'
import { firstRemedy } from '../../../shared/judgement/first-remedy'
import type { TriageRow } from '../../../shared/judgement/triage-row'
import { describeError } from '../../api/errors'
import { formatRate } from '../../../shared/format/format-rate'
import { displayName } from '../../../shared/format/display-name'
import { elideMiddle } from '../../utils/elide'
import { words } from '../../../shared/words/words'

/** Less a second is no movement. */
const STILL = 0.05

/** What a finding rests on, and what to make of it, in one line. */
export function evidenceOf(finding: Finding): string {
  return parts(finding)
    .filter((part) => part !== null)
    .join(' · ')
}

function parts(finding: Finding): readonly (string | null)[] {
  switch (finding.kind) {
    case 'dead':
      return [
        leftBefore(finding),
        heldThen(finding),
        words.finding.removeAfter,
        oldest(finding.row),
        consumers(finding.row),
      ]
    case 'stalled':
      return [
        leftBefore(finding),
        heldThen(finding),
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
    case 'suspect': {
      const { consumers: names, deliveries } = finding.suspect
      return [
        words.finding.fellSilent(names.map((name) => elideMiddle(displayName(name), 24))),
        words.finding.deliveredSoOften(deliveries),
        words.finding.mayEndThem,
        finding.others > 0 ? words.finding.othersLikeIt(finding.others) : null,
      ]
    }
    case 'gone':
      return [words.finding.ofOldest(finding.peek.lookedFor), words.finding.trimmedBefore]
    case 'lagging':
      return [waits(finding.row), trend(finding), consumers(finding.row)]
    case 'growing': {
      const { growth, behindInMs, row } = finding
      return [words.finding.behindIn(behindInMs), words.finding.seenOver(growth.spanMs), waits(row), consumers(row)]
    }
    case 'unattended': {
      const { group } = finding.row
      const who = group.consumers === 0 ? words.finding.noConsumers : words.finding.noneSeen(group.consumers)
      return [waits(finding.row), who, words.finding.startOne]
    }
    case 'collision':
    case 'collision-soon': {
      const { margin, trimsPerSecond, readsPerSecond, spanMs } = finding.collision
      return [
        words.finding.trimsAndReads(formatRate(trimsPerSecond), formatRate(readsPerSecond)),
        words.finding.marginLeft(margin),
        words.finding.seenOver(spanMs),
        words.finding.readFaster,
        consumers(finding.row),
      ]
    }
    case 'trimmed':
      return [words.finding.firstLeft(finding.firstId), words.finding.lostForGood, consumers(finding.row)]
    case 'uneven':
      return [
        words.finding.longestAtIt(finding.idleMs),
        words.finding.othersCouldTake(Math.max(0, (finding.row.group.active ?? 1) - 1)),
      ]
    case 'names':
      return [words.counted.consumers(finding.row.group.consumers), words.finding.eachName]
    case 'vanished': {
      const [only, ...others] = finding.named
      if (only && others.length === 0) return [words.finding.lastSeenAs(only), words.finding.clientsGetNogroup]
      const names = finding.named.map(({ key, group }) => subjectName(key, group))
      return [words.finding.andOthers(names), words.finding.emptied]
    }
    case 'memory': {
      const { memoryBytes, evicts, grows } = finding
      return [
        evicts ? words.finding.evictsStreams : words.finding.refusesWrites,
        grows ? words.finding.growsThere : words.finding.mayGrowThere,
        memoryBytes === null ? null : words.finding.memory(formatSize(memoryBytes)),
      ]
    }
    case 'untrimmed': {
      const { memoryBytes } = finding
      return [
        memoryBytes === null ? null : words.finding.memory(formatSize(memoryBytes)),
        words.finding.everyEntryStays,
      ]
    }
    case 'dead-letters':
      return [words.finding.redriveThem]
    case 'beyond-end':
      return [words.finding.streamEndsAt(finding.lastGeneratedId), words.finding.setIdBack]
    case 'late': {
      const names = finding.rows.map(({ key, group }) => subjectName(key, group.name))
      return [finding.groups > names.length ? words.finding.andOthers(names) : names.join(', ')]
    }
    case 'rule-stopped':
      return [words.finding.ruleStoppedAt(formatMinute(finding.atMs)), words.finding.ruleIdle]
    case 'unreadable':
      return [describeError(finding.error).next]
  }
}

function subjectName(key: Bytes, group: Bytes): string {
  return `${elideMiddle(displayName(key), 32)} / ${elideMiddle(displayName(group), 24)}`
}

/** Why a claim is not what helps. */
function leftBefore(finding: FindingOf<'stalled' | 'dead'>): string | null {
  if (firstRemedy(finding) === 'claim') return null
  return finding.claims?.end === 'left' ? words.finding.claimsWereLeft : words.finding.onlyNewAreRead
}

/** Where others have taken some of it since. */
function heldThen({ heldThen: held, pending }: FindingOf<'stalled' | 'dead'>): string | null {
  return held === null || held === undefined || held <= pending ? null : words.finding.heldThen(held)
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
  if (net > STILL) return words.finding.fallsBehind(formatRate(net))
  return net < -STILL ? words.finding.catchesUp(formatRate(-net)) : words.finding.neitherGrowsNorShrinks
}
