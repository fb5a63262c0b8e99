import type { Bytes } from '../../bytes'
import { formatDuration } from '../../format/format-duration'
import { displayBytes } from '../../bytes'
import type { SwapPlan } from '../../model/restore'
import { forgottenWords } from './rebuild-words'
import { displayName } from '../../format/display-name'
import { formatCount, formatNoun } from '../../format/format-count'

/** "Gives the name orders to orders:restored; what is orders now is kept as orders:before-restore". */
function swapSentence({ key, target, aside }: SwapPlan): string {
  const name = displayName(key)
  return `Gives the name ${name} to ${displayName(target)}; what is ${name} now is kept as ${displayName(aside)}`
}

function standingWords(group: SwapPlan['groups'][number]['now']): string {
  if (group === null) return 'not there'
  return `${formatCount(group.pending)} pending, read to ${group.lastDeliveredId}`
}

/** What groups lose or get back by it. */
function groupChangeWords({ groups, newer, idempotence }: SwapPlan): readonly string[] {
  const moved = groups.filter(({ same, now, then }) => !same && now !== null && then !== null)
  const ended = groups.filter(({ now }) => now === null)
  const created = groups.filter(({ then }) => then === null)
  const warnings: string[] = []
  if (newer > 0) warnings.push(`${formatNoun(newer, 'entry', 'entries')} came since: the swap brings them over.`)
  if (created.length > 0) {
    const names = created.map(({ name }) => displayBytes(name)).join(', ')
    warnings.push(`Made since: ${names}. The swap makes them in the new key.`)
  }
  if (moved.length > 0) {
    const which =
      moved.length === 1
        ? `The group ${displayBytes(moved[0]?.name ?? '')} has`
        : `${formatCount(moved.length)} groups have`
    warnings.push(`${which} gone on since: the swap brings what was read and acked in between over.`)
  }
  if (ended.length > 0) {
    const names = ended.map(({ name }) => displayBytes(name)).join(', ')
    warnings.push(`Destroyed since, but still in the new key: ${names}.`)
  }
  if (idempotence?.isUsed) warnings.push(forgottenWords(idempotence))
  return warnings
}

export const swapWords = {
  swapDots: 'Swap…',
  swapWithRestoredKey: 'Swap with the restored key',
  streamNowAndAfter: 'The stream now and after',
  what: 'What',
  now: 'Now',
  afterSwap: 'After the swap',
  entriesOf: (key: Bytes) => `Entries of ${displayName(key)}`,
  expiresIn: 'Expires in',
  asBefore: (ttlMs: number) => `${formatDuration(ttlMs)}, as before`,
  stillCatchingUp: 'Still catching up',
  swap: 'Swap',
  catchUp: 'Catch up',
  compareAgain: 'Compare again',
  groupNamed: 'Group {name}',
  byScript:
    'A script brings over what came until then, and renames both, with nobody in between. Undo gives the names back.',
  byTransaction:
    'Scripts are not allowed here: it brings over what came, looks once more, then renames both in one transaction. What consumers read or ack in the instant between is not seen (WATCH does not see it): stop them. Undo gives the names back.',
  sentence: swapSentence,
  standing: standingWords,
  groupChanges: groupChangeWords,
}
