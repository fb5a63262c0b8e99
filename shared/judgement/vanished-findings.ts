import { bytesKey } from '../bytes'
import { groupKey } from '../group-key'
import type { Finding } from './finding'
import { NAMED } from './stream-findings'
import { toldAlone, toldTogether, type ToldFindings } from './told-findings'
import type { VanishedGroup } from './vanished'

/** A few groups that vanished are told one by one; of many, as after a FLUSHALL or a failover to an empty server, one tells all. */
export function vanishedFindings(vanished: readonly VanishedGroup[]): ToldFindings {
  const each = vanished.map((one) => together(`vanished/${groupKey(one.key, one.group)}`, [one]))
  return vanished.length <= NAMED ? toldAlone(each) : toldTogether(each, together('vanished', vanished))
}

function together(id: string, all: readonly VanishedGroup[]): Finding {
  const streams = new Set(all.filter(({ withStream }) => withStream).map(({ key }) => bytesKey(key))).size
  return { kind: 'vanished', id, streams, groups: all.length, named: all.slice(0, NAMED) }
}
