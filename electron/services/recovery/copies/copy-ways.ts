import { MAX_PARTS } from '../../../redis/scripts/copy-and-ack'
import type { ObservedRow } from '../../inspection/observe-pending'
import type { CopyPart, Copying } from './copy-part'

type Rows = Pick<CopyPart, 'rows' | 'bodies' | 'at'>

/** Entries of a part that go the same way. */
export interface CopyWay extends Rows {
  readonly byScript: boolean
}

/**
 * A script can't hand on more than some 8000 names and values: an entry with more goes by commands, in its place. Where no
 * script is allowed all go so.
 */
export function* copyWays(part: Rows, copying: Copying, mayScript: boolean): Generator<CopyWay, void> {
  const fits = (row: ObservedRow): boolean => partsOf(row, part, copying) <= MAX_PARTS
  let rows: ObservedRow[] = []
  let byScript = mayScript
  for (const row of part.rows) {
    const wanted = mayScript && fits(row)
    if (rows.length > 0 && wanted !== byScript) {
      yield wayOf(part, rows, byScript)
      rows = []
    }
    byScript = wanted
    rows.push(row)
  }
  if (rows.length > 0) yield wayOf(part, rows, byScript)
}

/** Names and values of the copy. */
function partsOf(row: ObservedRow, { bodies, at }: Rows, { fields, provenance }: Copying): number {
  const own = fields ?? bodies.get(row.id)?.fields ?? []
  return own.length + (provenance?.(row, at).length ?? 0)
}

function wayOf({ bodies, at }: Rows, rows: readonly ObservedRow[], byScript: boolean): CopyWay {
  const own = rows.flatMap(({ id }) => {
    const body = bodies.get(id)
    return body ? [[id, body] as const] : []
  })
  return { rows, bodies: new Map(own), at, byScript }
}
