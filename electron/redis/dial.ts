import type { RedisOptions } from 'ioredis'
import type { ConnectionProfile } from '../../shared/model/connection'

export type Dialled = Pick<ConnectionProfile, 'endpoint' | 'tls'>

/** `host:port`, or `unix:path`. */
export function endpointName({ endpoint }: Pick<ConnectionProfile, 'endpoint'>): string {
  return endpoint.kind === 'unix' ? `unix:${endpoint.path}` : `${endpoint.host}:${endpoint.port}`
}

/** Where a connection leads, without TLS, as node:net takes it. */
export function socketTarget({ endpoint }: Pick<ConnectionProfile, 'endpoint'>) {
  return endpoint.kind === 'unix' ? { path: endpoint.path } : { host: endpoint.host, port: endpoint.port }
}

/** The same, and TLS, as ioredis takes it. */
export function dialOptions(profile: Dialled): Pick<RedisOptions, 'path' | 'host' | 'port' | 'tls'> {
  const { tls } = profile
  if (tls === null) return socketTarget(profile)
  const { ca, serverName } = tls
  return {
    ...socketTarget(profile),
    tls: { rejectUnauthorized: tls.verify, ...(ca ? { ca } : {}), ...(serverName ? { servername: serverName } : {}) },
  }
}
