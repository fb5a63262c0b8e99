import { isAppError } from '../../shared/error'
import type { Reader } from './reader-writer'
import { asBuffer, asList, asText } from './reply'

export interface ScanStep {
  /** `0` when the scan is complete. */
  readonly cursor: string
  /** Streams found by this step. SCAN may give a key more than once over a whole scan. */
  readonly keys: readonly Buffer[]
  /** Keys looked at: as asked for where the server filters by type, since it doesn't tell. */
  readonly scanned: number
}

/**
 * One SCAN step that gives streams only: by SCAN … TYPE stream (6.0+), or, unless `withType`, by SCAN and one TYPE per
 * key in one more round trip. https://redis.io/docs/latest/commands/scan/
 */
export async function scanStreams(reader: Reader, cursor: string, count: number, withType: boolean): Promise<ScanStep> {
  const filter = withType ? ['TYPE', 'stream'] : []
  const [next, found] = asList(await reader.call('SCAN', cursor, 'COUNT', count, ...filter))
  const keys = asList(found).map(asBuffer)
  if (withType) return { cursor: asText(next), keys, scanned: count }
  const types = await reader.pipeline(keys.map((key) => ['TYPE', key] as const))
  return {
    cursor: asText(next),
    keys: keys.filter((_, at) => {
      const type = types[at]
      if (isAppError(type)) throw type
      return asText(type) === 'stream'
    }),
    scanned: keys.length,
  }
}
