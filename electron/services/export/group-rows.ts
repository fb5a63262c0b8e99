import type { GroupRow } from '../../../shared/export/rows'
import { fromBuffer, toBuffer } from '../../redis/bytes'
import type { Source } from '../../redis/source'
import { consumerInfos } from '../../redis/xinfo'
import { listGroups } from '../inspection/groups'

/** The groups of a stream as they stand, with their consumers. Throws NOT_FOUND stream, or group where one goes meanwhile. */
export async function readGroupRows({ reader, key }: Source): Promise<readonly GroupRow[]> {
  const rows: GroupRow[] = []
  for (const { name, lastDeliveredId, entriesRead, pending, lag } of await listGroups(reader, key, {
    countLag: false,
  })) {
    const infos = await consumerInfos(reader, key, toBuffer(name))
    const consumers = infos.map((info) => ({
      name: fromBuffer(info.name),
      pending: info.pending,
      idleMs: info.idleMs,
      inactiveMs: info.inactiveMs,
    }))
    rows.push({ name, lastDeliveredId, entriesRead, pending, lag, consumers })
  }
  return rows
}
