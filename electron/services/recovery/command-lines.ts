import { cliArgument, type Bytes } from '../../../shared/bytes'
import type { EntryId } from '../../../shared/entry-id'
import { idsOf } from './batch'
import { byIdleClass } from './idle-classes'
import type { ObservedRow } from './observe'

/** redis-cli lines for what a run sends of one batch. */
export function claimLines(key: Bytes, group: Bytes, to: Bytes, rows: readonly ObservedRow[]): readonly string[] {
  const head = `XCLAIM ${cliArgument(key)} ${cliArgument(group)} ${cliArgument(to)}`
  return byIdleClass(rows).map(
    ({ minIdleMs, rows: members }) => `${head} ${minIdleMs} ${idsOf(members).join(' ')} JUSTID`,
  )
}

export function ackLines(key: Bytes, group: Bytes, ids: readonly EntryId[]): readonly string[] {
  return ids.map((id) => `XACK ${cliArgument(key)} ${cliArgument(group)} ${id}`)
}
