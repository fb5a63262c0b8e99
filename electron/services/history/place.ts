import { createHash } from 'node:crypto'
import type { ConnectionProfile } from '../../../shared/model/connection'

/** What the folders of a connection begin with, whatever it leads to. */
export function ownerOf(connectionId: string): string {
  return digest(connectionId)
}

/**
 * The folder of what was seen through a connection. Where it leads is part of it: of another server, or another database,
 * nothing is added to what was seen of this one. Which node of a cluster, or which sentinel, is asked first makes no difference.
 */
export function placeOf(
  connectionId: string,
  { endpoint, db, ssh }: Pick<ConnectionProfile, 'endpoint' | 'db' | 'ssh'>,
): string {
  return `${ownerOf(connectionId)}-${digest(JSON.stringify([leadsTo(endpoint), db, ssh && [ssh.host, ssh.port]]))}`
}

function leadsTo(endpoint: ConnectionProfile['endpoint']): unknown {
  switch (endpoint.kind) {
    case 'tcp':
      return [endpoint.host, endpoint.port]
    case 'unix':
      return endpoint.path
    case 'cluster':
      return 'cluster'
    case 'sentinel':
      return ['sentinel', endpoint.primary]
  }
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16)
}
