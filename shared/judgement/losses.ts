import type { TrimPlan } from '../model/trim-plan'

/** How many, and how sure that is. */
export type Figure = TrimPlan['removes']

/** True where a group would lose something, or nobody can tell. */
export function loses(figure: Figure | null): boolean {
  return figure === null || figure.value > 0
}

/** The same of a group, of either kind. */
export function losesAny({ pending, unread }: Pick<TrimPlan['groups'][number], 'pending' | 'unread'>): boolean {
  return loses(pending) || loses(unread)
}

/** Groups that would lose something by a trim that they still need. */
export function losers({ removes, groups }: TrimPlan): readonly TrimPlan['groups'][number][] {
  return removes.value === 0 ? [] : groups.filter(losesAny)
}
