import type { Socket } from 'node:net'
import type { RedisOptions } from 'ioredis'
import type { ConnectionProfile, ServerEndpoint } from '../../shared/model/connection'

/** One server, and how it is spoken to. */
export interface Dialled extends Pick<ConnectionProfile, 'tls'> {
  readonly endpoint: ServerEndpoint
}

/** The way to servers that can't be dialled from here: names and addresses are looked up where it ends. */
export interface Tunnel {
  /** A stream to that server, connected, which may be used as a socket. Rejects UNREACHABLE. */
  open(to: ServerEndpoint): Promise<Socket>
}

/** `host:port`, `unix:path`, or `cluster:host:port` and `sentinel:name@host:port` with the first of those named. */
export function endpointName({ endpoint }: Pick<ConnectionProfile, 'endpoint'>): string {
  switch (endpoint.kind) {
    case 'tcp':
      return `${endpoint.host}:${endpoint.port}`
    case 'unix':
      return `unix:${endpoint.path}`
    case 'cluster':
      return `cluster:${endpoint.nodes[0]?.host}:${endpoint.nodes[0]?.port}`
    case 'sentinel':
      return `sentinel:${endpoint.primary}@${endpoint.nodes[0]?.host}:${endpoint.nodes[0]?.port}`
  }
}

/** Where a connection leads, without TLS, as node:net takes it. */
export function socketTarget({ endpoint }: Pick<Dialled, 'endpoint'>) {
  return endpoint.kind === 'unix' ? { path: endpoint.path } : { host: endpoint.host, port: endpoint.port }
}

/** The private key of the client's certificate, PEM; `passphrase` null: it is not encrypted. Both are secrets. */
export interface ClientKey {
  readonly key: string
  readonly passphrase: string | null
}

/** The same, and TLS (1.2 at least), as ioredis takes it. */
export function dialOptions(
  profile: Dialled,
  clientKey: ClientKey | null,
): Pick<RedisOptions, 'path' | 'host' | 'port' | 'tls'> {
  const { tls } = profile
  if (tls === null) return socketTarget(profile)
  const { ca, serverName, cert } = tls
  return {
    ...socketTarget(profile),
    tls: {
      minVersion: 'TLSv1.2',
      rejectUnauthorized: tls.verify,
      ...(ca ? { ca } : {}),
      ...(serverName ? { servername: serverName } : {}),
      ...(cert && clientKey ? { cert, key: clientKey.key } : {}),
      ...(cert && clientKey?.passphrase ? { passphrase: clientKey.passphrase } : {}),
    },
  }
}
