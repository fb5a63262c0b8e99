import { eventIterator } from '@orpc/contract'
import { exportChoice, exportEvent, isPossible } from '../model/export'
import { looksBut, onStream } from './base'

export const exportContract = {
  /**
   * To a file: entries, what is pending, or groups, by XRANGE, XREVRANGE, XPENDING in bounded pages, up to what was there when it began.
   * Told as it is written; leaving stops it, and then there is no file. BUSY beyond 8 at once.
   */
  save: looksBut({ unmasked: 'operator' })
    .input(onStream.extend(exportChoice.shape).refine(isPossible))
    .output(eventIterator(exportEvent)),
}
