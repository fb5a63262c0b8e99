import { cliArgument, type Bytes } from '../../../shared/bytes'
import type { EntryId } from '../../../shared/entry-id'
import type { Place } from './action'
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

/** `mode` null: by XACK and XDEL. */
export function ackDeleteLines({ key, group }: Place, ids: readonly EntryId[], mode: string | null): readonly string[] {
  if (ids.length === 0) return []
  const name = cliArgument(key)
  const all = ids.join(' ')
  if (mode !== null) return [`XACKDEL ${name} ${cliArgument(group)} ${mode} IDS ${ids.length} ${all}`]
  return ['MULTI', `XACK ${name} ${cliArgument(group)} ${all}`, `XDEL ${name} ${all}`, 'EXEC']
}

export function ackLines(key: Bytes, group: Bytes, ids: readonly EntryId[]): readonly string[] {
  return ids.map((id) => `XACK ${cliArgument(key)} ${cliArgument(group)} ${id}`)
}
