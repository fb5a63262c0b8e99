import { connectionProfile, type ConnectionProfile, type Endpoint } from '../../../../shared/model/connection'
import type { Message } from '../../../../shared/model/message'
import { badInput } from '../../lib/bad-input'
import { addressText, namedProfile } from '../parse-url'
import type { ForeignSsh } from './foreign-ssh'
import type { ImportedSecrets, ImportItem } from './import-item'

/** What all programs tell in one way or another. */
export interface ForeignConnection {
  readonly name: string
  readonly host: string
  readonly port: number
  readonly kind: 'tcp' | 'cluster' | 'sentinel'
  /** How the sentinels call the primary, and their own user. */
  readonly primary: string
  readonly sentinelUsername: string
  readonly username: string
  readonly db: number
  readonly readOnly: boolean
  readonly isProduction: boolean
  readonly tls: ConnectionProfile['tls']
  /** Null: it is dialled from here. */
  readonly ssh: ForeignSsh | null
  readonly secrets: ImportedSecrets
  readonly notes: readonly Message[]
}

export function foreignItem(found: ForeignConnection): ImportItem {
  const address = { host: found.host, port: found.port }
  const name = found.name.trim() || addressText(address)
  const { data, error } = connectionProfile.safeParse({
    ...namedProfile(endpointOf(found, address), name),
    ...{ username: found.username, db: found.kind === 'cluster' ? 0 : found.db, readOnly: found.readOnly },
    environment: found.isProduction ? 'prod' : 'dev',
    ...{ tls: found.tls, ssh: found.ssh?.tunnel ?? null },
  })
  if (data === undefined) return { name, profile: null, reason: badInput(error.issues).data.problem }
  const secrets = { ...found.secrets, ...found.ssh?.secrets }
  return { name: data.name, profile: data, secrets, notes: [...found.notes, ...(found.ssh?.notes ?? [])] }
}

function endpointOf(found: ForeignConnection, address: { readonly host: string; readonly port: number }): Endpoint {
  if (found.kind === 'cluster') return { kind: 'cluster', nodes: [address] }
  if (found.kind === 'tcp') return { kind: 'tcp', ...address }
  const { primary, sentinelUsername: username } = found
  const tls = found.tls && { ca: found.tls.ca, serverName: found.tls.serverName, verify: found.tls.verify }
  return { kind: 'sentinel', nodes: [address], primary, username, tls }
}
