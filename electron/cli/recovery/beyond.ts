import { bytesKey } from '../../../shared/bytes'
import { displayName } from '../../../shared/format/display-name'
import { groupKey } from '../../../shared/group-key'
import { cliWords } from '../../../shared/words/en/cli-words'
import type { Shown } from './plan-file'

/**
 * Where a plan that is made anew would do more than was shown, in sentences; none: it stays within. Fewer entries are what
 * happens when time goes by; more of anything, another loss, or a new warning nobody has agreed to.
 */
export function beyond(then: Shown, now: Shown): readonly string[] {
  const words = cliWords.beyondPlan
  const found: string[] = []
  for (const figure of ['entries', 'changes', 'drops'] as const) {
    if (now[figure] > then[figure]) found.push(words[figure](then[figure], now[figure]))
  }
  if (then.gone !== null && (now.gone === null || now.gone > then.gone)) found.push(words.gone(then.gone, now.gone))
  if (now.targetLosses > then.targetLosses) found.push(words.losses(then.targetLosses, now.targetLosses))
  if ((then.undoable && !now.undoable) || (!then.forGood && now.forGood)) found.push(words.undo)
  if (then.atomic && !now.atomic) found.push(words.guard)
  if (now.warnings.some((warning) => !then.warnings.includes(warning))) found.push(words.warning)
  return [...found, ...consumersBeyond(then, now), ...groupsBeyond(then, now)]
}

function consumersBeyond(then: Shown, now: Shown): readonly string[] {
  const given = new Map(then.consumers.map(({ name, before, after }) => [bytesKey(name), after - before]))
  return now.consumers
    .filter(({ name, before, after }) => after - before > Math.max(0, given.get(bytesKey(name)) ?? 0))
    .map(({ name }) => cliWords.beyondPlan.consumer(displayName(name)))
}

function groupsBeyond(then: Shown, now: Shown): readonly string[] {
  const known = new Map(then.otherGroups.map((group) => [groupId(group), group]))
  return now.otherGroups
    .filter((group) => {
      const before = known.get(groupId(group))
      return figures(group).some((value, at) => value > (before === undefined ? 0 : (figures(before)[at] ?? 0)))
    })
    .map(({ name }) => cliWords.beyondPlan.group(displayName(name)))
}

type OtherGroup = Shown['otherGroups'][number]

function groupId({ name, stream }: OtherGroup): string {
  return stream === undefined ? bytesKey(name) : groupKey(stream, name)
}

function figures({ pending, unread, gets }: OtherGroup): readonly number[] {
  return [pending.value, unread.value, gets?.value ?? 0]
}
