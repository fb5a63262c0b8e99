import { bytesKey, type Bytes } from '../../../shared/bytes'

/** A group of a stream as a key of maps. */
export function subjectId(connectionId: string, key: Bytes, group: Bytes): string {
  return JSON.stringify([connectionId, bytesKey(key), bytesKey(group)])
}
