import { reachedAt } from '../../shared/address-map'
import type { BetterWay, ConnectionProfile, Endpoint } from '../../shared/model/connection'

/** Where a better way leads to, for a connection by the other one; null: it can't be told from here. */
export function endpointBy(
  way: BetterWay,
  { endpoint, username, tls, addressMap }: ConnectionProfile,
): Endpoint | null {
  if (way.kind === 'primary') return { kind: 'tcp', ...reachedAt({ host: way.host, port: way.port }, addressMap) }
  if (endpoint.kind !== 'tcp') return null
  const nodes = [{ host: endpoint.host, port: endpoint.port }]
  if (way.kind === 'cluster') return { kind: 'cluster', nodes }
  return { kind: 'sentinel', nodes, primary: way.primaries[0] ?? '', username, tls }
}
