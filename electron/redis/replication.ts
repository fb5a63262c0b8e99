import type { ReplicaState } from '../../shared/model/connection'
import type { Reader } from './reader-writer'
import { info } from './server'

/**
 * How far the slowest connected replica is behind, in bytes of replication; null where there is none. `INFO replication`,
 * which a managed server may refuse. https://redis.io/docs/latest/commands/info/
 */
export async function replicaLagBytes(reader: Reader): Promise<number | null> {
  const told = await info(reader, 'replication')
  const written = Number(told.get('master_repl_offset'))
  const offsets = [...told]
    .filter(([name, value]) => /^(slave|replica)\d+$/.test(name) && value.includes('state=online'))
    .map(([, value]) => Number(/\boffset=(\d+)/.exec(value)?.[1]))
    .filter((offset) => Number.isFinite(offset))
  return offsets.length === 0 || !Number.isFinite(written) ? null : Math.max(0, written - Math.min(...offsets))
}

/** How a replica follows its primary; 'primary': it is none; null: not told. `INFO replication`. */
export async function replicaState(reader: Reader): Promise<ReplicaState | 'primary' | null> {
  const told = await info(reader, 'replication')
  const figure = (name: string): number | null => {
    const text = told.get(name) ?? ''
    return /^\d{1,15}$/.test(text) ? Number(text) : null
  }
  if (told.get('role') === 'master') return 'primary'
  const link = told.get('master_link_status')
  if (link === undefined) return null
  const [received, applied] = [figure('slave_read_repl_offset'), figure('slave_repl_offset')]
  return {
    link: link === 'up' ? 'up' : told.get('master_sync_in_progress') === '1' ? 'syncing' : 'down',
    // While the link is down, the time of the last word is told apart.
    heardSecondsAgo: figure(link === 'up' ? 'master_last_io_seconds_ago' : 'master_link_down_since_seconds'),
    unappliedBytes: received === null || applied === null ? null : Math.max(0, received - applied),
  }
}
