import type { Role } from '../../roles'

const FOR: Readonly<Record<Role, string>> = {
  viewer: 'Only users of this Sluice may do it',
  operator: 'Only operators and admins may do it',
  admin: 'Only admins may do it',
}

/** Why something can’t be done here just now. */
export const permissionWords = {
  noneOpen: 'No connection is open',
  readOnly: (name: string) => `${name} is read-only in Sluice`,
  needsRole: (needs: Role, role: Role) => `${FOR[needs]}: you are ${role === 'viewer' ? 'a viewer' : `an ${role}`}`,
  hostReadOnly: 'This Sluice is read-only: it was started so',
  noHost: 'Sluice’s own process doesn’t answer just now',
  notConnected: (name: string) => `${name} is not connected just now`,
  replica: 'This server is a replica, which takes no writes',
  unsupported: 'This server can’t do it',
  theConnection: 'The connection',
  wasRemoved: (name: string) => `${name} was removed`,
  openFirst: (name: string) => `Open ${name} first`,
}
