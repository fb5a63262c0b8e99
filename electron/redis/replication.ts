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
