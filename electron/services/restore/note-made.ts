import { isAppError } from '../../../shared/error'
import { fromBuffer } from '../../redis/bytes'
import { noted, readStreamMark } from '../inspection/stream-mark'
import type { RestoreContext } from './context'

/**
 * Of a job that makes the stream that its record is about, as soon as something is in it: by that the stream is known again, also on a
 * server that was started anew with its data and can't prove itself otherwise. Where it can't be read or written down, it is not: what was done
 * counts all the same.
 */
export async function noteMade({ reader, key, record }: RestoreContext): Promise<void> {
  try {
    const mark = noted(await readStreamMark(reader, key, { group: null, ids: [] }))
    if (mark !== undefined) await record.made([fromBuffer(key), mark])
  } catch (error) {
    if (!isAppError(error)) throw error
  }
}
