import type { Count } from '../../count'
import type { RebuildPlan, RebuildWarning } from '../../model/restore'
import type { Idempotence } from '../../model/restore'
import { displayName } from '../../format/display-name'
import { formatCount, formatNoun } from '../../format/format-count'
import { formatSize } from '../../format/format-size'

/** "Makes orders:restored with 30 entries by their original ids, about 4.6 KiB of memory (an estimate)". */
function rebuildSentence({ target, entries, memoryBytes }: RebuildPlan): string {
  const what = `${formatNoun(entries, 'entry', 'entries')} by their original ids`
  return `Makes ${displayName(target)} with ${what}, about ${formatSize(memoryBytes)} of memory (an estimate)`
}

/** What is lost of idempotent production. Also of a swap. */
export function forgottenWords({ producers, ids, durationSeconds }: Idempotence): string {
  const tracked =
    ids > 0
      ? `The stream tracks ${formatNoun(ids, 'id', 'ids')} of ${formatNoun(producers, 'producer', 'producers')} (XADD IDMP), by which duplicates are dropped.`
      : 'Producers add to the stream with ids by which duplicates are dropped (XADD IDMP).'
  return `${tracked} Redis has no way to copy them: what is sent again within ${formatNoun(durationSeconds, 'second')} is added twice after a swap. How long and how many it tracks stays as it is.`
}

/** Where they come from. */
function originSentence({ inBackup, inStream, inBoth, merge, key }: RebuildPlan): string {
  const saved = `${formatCount(inBackup)} from the backup`
  if (!merge) return `${saved}.`
  const both = inBoth > 0 ? `; ${formatCount(inBoth)} of them are in both, and are taken once` : ''
  return `${saved}, ${formatCount(inStream)} that ${displayName(key)} holds now${both}.`
}

function rebuildWarnings(plan: RebuildPlan): readonly string[] {
  const words: Readonly<Record<RebuildWarning, string>> = {
    differing: `${formatNoun(plan.differing, 'entry has', 'entries have')} another content in the stream than in the backup: the stream’s is taken.`,
    'left-out': `${formatNoun(plan.leftOut, 'entry that was saved and stayed then is', 'entries that were saved and stayed then are')} left out.`,
    damaged: `${formatNoun(plan.damaged, 'line')} of the backup can’t be read, and will be left out.`,
    'no-stream': 'The stream is gone: there are no groups to copy.',
    redriven: 'The backup has what a redrive moved: what is still where it went is there twice then.',
    'backup-only': 'What the stream holds now is left out, so the new key can’t get its name.',
    'others-meanwhile': 'What consumers do while it runs is not carried over: stop them, or catch up before the swap.',
    'stand-ins': 'Pending entries that are gone for good stay pending, without a body, as they are now.',
    'gone-left-out':
      'Pending entries that are gone for good are left out: your user may not delete what would stand in for them.',
    'no-counters': 'This server has no way to set what lags are told from.',
    'ids-forgotten': plan.idempotence
      ? forgottenWords(plan.idempotence)
      : 'The ids by which duplicates of producers are dropped (XADD IDMP) are not carried over.',
    'no-idmp-settings':
      'How long, and how many, ids of producers are tracked is not carried over: your user may not set it.',
    'no-idle-consumers': 'Consumers that hold nothing are left out: this server makes them only by delivery.',
  }
  return plan.warnings.map((warning) => words[warning])
}

export const rebuildWords = {
  groupsThatAreCopied: 'Groups that are copied',
  group: 'Group',
  consumers: 'Consumers',
  pending: 'Pending',
  goneForGood: 'Gone for good',
  takingItBack: (note: string) => `Taking it back: ${note}`,
  runCount: (entries: Count) => `Restore ${formatNoun(entries, 'entry', 'entries')}`,
  restore: 'Restore',
  newKey: 'New key',
  newKeyHint: 'The stream itself is not touched. When it is made, a swap can give it the stream’s name.',
  merge: 'With what the stream holds now',
  mergeHint: 'By id. Without it the new key holds the backup’s entries alone.',
  stayed: 'With what was saved and stayed',
  stayedHint: 'The backup holds more than went: it was ended before all was removed. By now these may be gone as well.',
  oneOfEachKind: 'one of each kind',
  sentence: rebuildSentence,
  origin: originSentence,
  warnings: rebuildWarnings,
}
