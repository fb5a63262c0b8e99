import { connectionProfile, type ConnectionProfile, type Endpoint } from '../../../../shared/model/connection'
import type { Message } from '../../../../shared/model/message'
import { message } from '../../../../shared/words/messages'
import { badInput } from '../../lib/bad-input'
import { addressText, namedProfile } from '../parse-url'
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
  readonly viaSsh: boolean
  readonly secrets: ImportedSecrets
  readonly notes: readonly Message[]
}

export function foreignItem(found: ForeignConnection): ImportItem {
  const address = { host: found.host, port: found.port }
  const name = found.name.trim() || addressText(address)
  if (found.viaSsh) return { name, profile: null, reason: message('import.ssh') }
  const { data, error } = connectionProfile.safeParse({
    ...namedProfile(endpointOf(found, address), name),
    ...{ username: found.username, db: found.kind === 'cluster' ? 0 : found.db, readOnly: found.readOnly },
    environment: found.isProduction ? 'prod' : 'dev',
    tls: found.tls,
  })
  if (data === undefined) return { name, profile: null, reason: badInput(error.issues).data.problem }
  return { name: data.name, profile: data, secrets: found.secrets, notes: found.notes }
}

function endpointOf(found: ForeignConnection, address: { readonly host: string; readonly port: number }): Endpoint {
  if (found.kind === 'cluster') return { kind: 'cluster', nodes: [address] }
  if (found.kind === 'tcp') return { kind: 'tcp', ...address }
  const { primary, sentinelUsername: username } = found
  const tls = found.tls && { ca: found.tls.ca, serverName: found.tls.serverName, verify: found.tls.verify }
  return { kind: 'sentinel', nodes: [address], primary, username, tls }
}
