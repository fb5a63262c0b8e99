import { bytesKey, type Bytes } from '../../shared/bytes'
import { groupKeyOn } from '../../shared/group-key'

/** What a view is about, as the contract's inputs want it. */
export interface StreamTarget {
  readonly connectionId: string
  readonly key: Bytes
}

export interface GroupTarget extends StreamTarget {
  readonly group: Bytes
}

/** One string per stream or group, to keep things by. */
export function streamTargetKey({ connectionId, key }: StreamTarget): string {
  return JSON.stringify([connectionId, bytesKey(key)])
}

export function groupTargetKey(target: GroupTarget): string {
  return groupKeyOn(target.connectionId, target.key, target.group)
}
