import { createHash } from 'node:crypto'
import type { ConnectionProfile } from '../../../shared/model/connection'

/** What the folders of a connection begin with, whatever it leads to. */
export function ownerOf(connectionId: string): string {
  return digest(connectionId)
}

/** Asked for with each look at a stream, of the same profile. */
const known = new WeakMap<object, { readonly connectionId: string; readonly folder: string }>()

/**
 * The folder of what was seen through a connection. Where it leads is part of it: of another server, or another database,
 * nothing is added to what was seen of this one. Which node of a cluster, or which sentinel, is asked first makes no difference.
 */
export function folderOf(connectionId: string, profile: Pick<ConnectionProfile, 'endpoint' | 'db' | 'ssh'>): string {
  const found = known.get(profile)
  if (found?.connectionId === connectionId) return found.folder
  const { endpoint, db, ssh } = profile
  const to = digest(JSON.stringify([leadsTo(endpoint), db, ssh && [ssh.host, ssh.port]]))
  const folder = `${ownerOf(connectionId)}-${to}`
  known.set(profile, { connectionId, folder })
  return folder
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
