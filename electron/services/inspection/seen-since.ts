import { isAppError } from '../../../shared/error'
import { nameKey } from '../../redis/bytes'
import type { GroupSource } from '../../redis/source'
import { serverTimeMs } from '../../redis/clock'
import { consumerInfosTimed } from '../../redis/xinfo'
import { ROUNDING_MS } from './own-signs'

/**
 * The consumers that may have shown a sign of life since a moment (server time, ms since 1970), as `nameKey`. Null: the server
 * does not tell by which clock. A consumer that is given something by XCLAIM shows one as well.
 */
export async function seenSince({ reader, key, group }: GroupSource, at: number): Promise<ReadonlySet<string> | null> {
  const { infos, read } = await consumerInfosTimed(reader, key, group)
  if (read === null) return null
  const seen = infos.filter(({ idleMs }) => read.atMs + read.tookMs - idleMs + ROUNDING_MS >= at)
  return new Set(seen.map(({ name }) => nameKey(name)))
}

/** By the server's clock, ms since 1970; null where TIME is refused. */
export async function momentNow({ reader }: Pick<GroupSource, 'reader'>): Promise<number | null> {
  try {
    return await serverTimeMs(reader)
  } catch (error) {
    if (isAppError(error, 'REDIS') || isAppError(error, 'UNSUPPORTED')) return null
    throw error
  }
}
