import { createHash } from 'node:crypto'
import type { ConnectionProfile, GivenBy, SecretPurpose } from '../../../shared/model/connection'

/** Where the host gets a secret when it connects. */
export type SecretSource =
  | { readonly kind: 'value'; readonly secret: string }
  | { readonly kind: 'file'; readonly path: string }
  /** Run as it stands, by no shell. */
  | { readonly kind: 'command'; readonly argv: readonly string[] }

export type SecretSources = { readonly [P in SecretPurpose]?: SecretSource | undefined }

/** A connection from outside of Sluice: not saved, and not to be changed here. */
export interface GivenConnection {
  /** The same whenever it is given again, so that the journal's records stay its own. */
  readonly id: string
  readonly profile: ConnectionProfile
  readonly by: GivenBy
  readonly secrets: SecretSources
}

export interface Given {
  readonly connections: readonly GivenConnection[]
  /** The id of the one that is opened by itself, since it was named; null: none. */
  readonly opens: string | null
}

export const NOTHING_GIVEN: Given = { connections: [], opens: null }

export function given(profile: ConnectionProfile, by: GivenBy, secrets: SecretSources): GivenConnection {
  const { name, endpoint, username, db, ssh } = profile
  // The same address at the end of another way is another server.
  const told = JSON.stringify([name, endpoint, username, db, ...(ssh === null ? [] : [ssh])])
  return { id: `given-${createHash('sha256').update(told).digest('hex').slice(0, 24)}`, profile, by, secrets }
}
