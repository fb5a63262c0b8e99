import { sameBytes, type Bytes } from '../../../shared/bytes'
import type { BeginLine } from './lines'

/** Of which records; what is left out does not matter. */
export interface Wanted {
  readonly connectionId?: string | undefined
  /** Of this stream. */
  readonly key?: Bytes | undefined
  /** Of this group, and of what is about a stream without naming one. */
  readonly group?: Bytes | undefined
}

export function isWanted(
  record: Pick<BeginLine, 'connectionId' | 'key' | 'group'>,
  { connectionId, key, group }: Wanted,
): boolean {
  if (connectionId !== undefined && record.connectionId !== connectionId) return false
  if (key !== undefined && !sameBytes(record.key, key)) return false
  return group === undefined || record.group === null || sameBytes(record.group, group)
}
