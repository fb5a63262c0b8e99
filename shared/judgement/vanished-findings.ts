import { bytesKey } from '../bytes'
import { groupKey } from '../group-key'
import type { Finding } from './finding'
import { NAMED } from './stream-findings'
import type { VanishedGroup } from './vanished'

/** A few groups that vanished are told one by one; of many, as after a FLUSHALL or a failover to an empty server, one tells all. */
export function vanishedFindings(vanished: readonly VanishedGroup[]): readonly Finding[] {
  if (vanished.length <= NAMED)
    return vanished.map((one) => together(`vanished/${groupKey(one.key, one.group)}`, [one]))
  return [together('vanished', vanished)]
}

function together(id: string, all: readonly VanishedGroup[]): Finding {
  const streams = new Set(all.filter(({ withStream }) => withStream).map(({ key }) => bytesKey(key))).size
  return { kind: 'vanished', id, streams, groups: all.length, named: all.slice(0, NAMED) }
}
