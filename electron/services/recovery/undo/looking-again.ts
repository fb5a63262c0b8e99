import type { LookAgain } from '../../jobs/now-and-then'
import type { GiveBack } from './given-back-kind'

/**
 * Looks again before each part but the first, of what makes entries pending that are not: an undo may be paused for hours,
 * and who holds an entry tells nothing there.
 */
export function lookingAgain(how: GiveBack, look: LookAgain): GiveBack {
  if (how.forces !== true) return how
  let isFirst = true
  return {
    ...how,
    async find(...part) {
      if (!isFirst) await look(true)
      isFirst = false
      return how.find(...part)
    },
  }
}
