import { setTimeout as delay } from 'node:timers/promises'
import type { AppError } from '../../../shared/error'
import { isAppError } from '../../../shared/error'
import { originOf, type ReadLine, type Reader } from '../../redis/reader-writer'
import type { Reply } from '../../redis/reply'
import { wireBytes } from '../../redis/wire-bytes'
import type { Spend } from './look-request'

/** What there is to spend on a connection by what nobody asked for. */
export interface Allowance {
  readonly spend: Spend
  /** Until there is room again, ms; 0: now. */
  waitMs(): number
}

/**
 * Reads by this reader as there is room, and takes note of the cost. What is sent at once may go beyond the room, and is waited for by
 * what follows: of one allowance one thing has to be done after the other. Throws what the reader does.
 */
export function withinBudget(reader: Reader, { spend, waitMs }: Allowance): Reader {
  const send = async (lines: readonly ReadLine[]): Promise<readonly (Reply | AppError)[]> => {
    for (let ms = waitMs(); ms > 0; ms = waitMs()) await delay(ms, undefined, { ref: false })
    const replies = await reader.pipeline(lines)
    spend(lines.length, wireBytes(lines, replies))
    return replies
  }
  return {
    origin: originOf(reader),
    async call(...line) {
      const [reply = null] = await send([line])
      if (isAppError(reply)) throw reply
      return reply
    },
    pipeline: send,
  }
}
