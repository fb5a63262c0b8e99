import { bytesKey, type Bytes } from './bytes'

/** One string per group of a stream, to compare by or to use as a map key. Not for display. */
export function groupKey(key: Bytes, group: Bytes): string {
  return `${bytesKey(key)}\n${bytesKey(group)}`
}
