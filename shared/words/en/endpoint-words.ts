import type { ConnectionProfile, ServerInfo } from '../../model/connection'

type Way = Pick<ConnectionProfile, 'endpoint' | 'tls' | 'db' | 'ssh'>

/** Where a connection goes, in one short piece: `rediss://10.0.0.4:6380/2`, `/run/redis.sock by SSH bastion`. */
function endpointText({ ssh, ...server }: Way): string {
  return serverEndpoint(server) + (ssh ? ` by SSH ${ssh.host}` : '')
}

function serverEndpoint({ endpoint, tls, db }: Omit<Way, 'ssh'>): string {
  const base = db === 0 ? '' : `/${db}`
  if (endpoint.kind === 'unix') return endpoint.path + (db === 0 ? '' : ` db ${db}`)
  const scheme = tls ? 'rediss://' : ''
  if (endpoint.kind === 'cluster') return `cluster ${scheme}${nodesText(endpoint.nodes)}`
  if (endpoint.kind === 'sentinel') {
    return `${scheme}${endpoint.primary}${base} by sentinel ${nodesText(endpoint.nodes)}`
  }
  return `${scheme}${addressText(endpoint)}${base}`
}

/** The first of them, and how many more. */
function nodesText(nodes: readonly Address[]): string {
  const [first, ...others] = nodes.map(addressText)
  return `${first}${others.length > 0 ? ` +${others.length}` : ''}`
}

function addressText({ host, port }: Address): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`
}

interface Address {
  readonly host: string
  readonly port: number
}

type Named = Parameters<typeof endpointText>[0] & Pick<ConnectionProfile, 'name'>

const PRODUCTS: Readonly<Record<string, string>> = {
  redis: 'Redis',
  valkey: 'Valkey',
  dragonfly: 'Dragonfly',
  keydb: 'KeyDB',
  garnet: 'Garnet',
  kvrocks: 'Kvrocks',
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
