import { bytesKey, type Bytes } from './bytes'

/** One string per group of a stream, to compare by or to use as a map key. Not for display. */
export function groupKey(key: Bytes, group: Bytes): string {
  // The first new line parts the two: names may hold some.
  const stream = bytesKey(key).replace(/[\\\n]/g, (sign) => (sign === '\n' ? '\\n' : '\\\\'))
  return `${stream}\n${bytesKey(group)}`
}

/** The same where there are several connections. */
export function groupKeyOn(connectionId: string, key: Bytes, group: Bytes): string {
  return `${connectionId}\n${groupKey(key, group)}`
}
