import type { Reader } from '../reader-writer'
import { asText } from '../reply'
import { parseInfo } from '../server'

/** CLUSTER INFO: how many nodes this one knows, itself included; null: not told. https://redis.io/docs/latest/commands/cluster-info/ */
export async function knownNodes(reader: Reader): Promise<number | null> {
  const told = parseInfo(asText(await reader.call('CLUSTER', 'INFO'))).get('cluster_known_nodes')
  return told !== undefined && /^\d{1,6}$/.test(told) ? Number(told) : null
}
