import type { ConnectionProfile, ServerInfo } from '../../model/connection'

/** Where a connection goes, in one short piece: `rediss://10.0.0.4:6380/2`, `/run/redis.sock`. */
function endpointText({ endpoint, tls, db }: Pick<ConnectionProfile, 'endpoint' | 'tls' | 'db'>): string {
  const base = db === 0 ? '' : `/${db}`
  if (endpoint.kind === 'unix') return endpoint.path + (db === 0 ? '' : ` db ${db}`)
  const scheme = tls ? 'rediss://' : ''
  if (endpoint.kind === 'cluster') {
    const [first, ...others] = endpoint.nodes.map(addressText)
    return `cluster ${scheme}${first}${others.length > 0 ? ` +${others.length}` : ''}`
  }
  return `${scheme}${addressText(endpoint)}${base}`
}

function addressText({ host, port }: { readonly host: string; readonly port: number }): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`
}

type Named = Parameters<typeof endpointText>[0] & Pick<ConnectionProfile, 'name'>

const PRODUCTS: Readonly<Record<string, string>> = {
  redis: 'Redis',
  valkey: 'Valkey',
  dragonfly: 'Dragonfly',
  keydb: 'KeyDB',
}

/** "Redis 7.0.15". */
function serverText({ product, version }: Pick<ServerInfo, 'product' | 'version'>): string {
  return `${PRODUCTS[product.toLowerCase()] ?? product} ${version}`
}

export const endpointWords = {
  onServer: (what: string, connection: Named) => `${what} on ${connection.name} (${endpointText(connection)})`,
  toServer: (what: string, connection: Named) => `${what}, to ${connection.name} (${endpointText(connection)})`,
  text: endpointText,
  server: serverText,
}
