import type { EntryId } from '../../shared/entry-id'
import type { Writer } from './reader-writer'
import { asNumber } from './reply'

export interface TrimOptions {
  readonly kind: 'maxlen' | 'minid'
  /** Entries to keep, or the smallest id to keep (6.2+). */
  readonly threshold: number | EntryId
  /** `~`: whole nodes only, so a few more entries stay than asked for. */
  readonly approximate: boolean
  /** The most entries to look at (6.2+, with `approximate` only). */
  readonly limit?: number
}

/** XTRIM: how many entries went. https://redis.io/docs/latest/commands/xtrim/ */
export async function trim(
  writer: Writer,
  key: Buffer,
  { kind, threshold, approximate, limit }: TrimOptions,
): Promise<number> {
  const strategy = kind === 'maxlen' ? 'MAXLEN' : 'MINID'
  const bounded = approximate && limit !== undefined ? ['LIMIT', limit] : []
  return asNumber(await writer.write('XTRIM', key, strategy, ...(approximate ? ['~'] : []), threshold, ...bounded))
}
