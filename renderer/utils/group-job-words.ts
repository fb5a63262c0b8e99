import type { Job } from '../../shared/model/job'
import { formatCount, formatNoun } from './format-count'

type Told = Pick<Job, 'kind' | 'state' | 'total' | 'undoes'> & { readonly counts: Pick<Job['counts'], 'changed'> }

/**
 * What a change of a group itself, or the undo of one, has come to; null of any other job. Beside entries it counts the
 * group, consumer or id itself as one: that is none to be told of.
 */
export function groupJobHeadline({ kind, state, total, undoes, counts: { changed } }: Told): string | null {
  switch (kind === 'undo' ? `undo ${undoes ?? ''}` : kind) {
    case 'remove consumer':
      return changed > 0 ? 'Removed the consumer' : 'The consumer was not removed'
    case 'set id':
      return changed > 0 ? 'Set the id' : 'The id was not set'
    case 'destroy group':
      if (state !== 'done') return steps('Destroying the group', changed, total)
      return changed > 1 ? `Destroyed the group, ${entries(changed - 1)} acked` : 'Destroyed the group'
    case 'undo remove consumer':
      return changed > 0 ? 'Made the consumer again' : 'The consumer was not made again'
    case 'undo set id':
      return changed > 0 ? 'Set the id back' : 'The id was not set back'
    case 'undo destroy group':
      return state === 'done' ? 'Gave back the group and what it held' : steps('Giving back the group', changed, total)
    default:
      return null
  }
}

function entries(count: number): string {
  return formatNoun(count, 'entry', 'entries')
}

/** What stopped on its way may have come to the group itself or not: so that is not said. */
function steps(doing: string, changed: number, total: number): string {
  return `${doing}: ${formatCount(changed)} of ${formatNoun(Math.max(total, changed), 'step')}`
}
