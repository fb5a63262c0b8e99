import { roles, type Role } from '../../shared/roles'
import type { Caller } from '../../shared/model/who'

/** One user of each role, as the web host makes them of its users. */
export const CALLERS = Object.fromEntries(
  roles.map((role): [Role, Caller] => [role, { who: { by: 'user', name: `the-${role}` }, role }]),
) as Readonly<Record<Role, Caller>>

/** What a procedure is called with by somebody who may do everything. */
export const AS_ADMIN = { caller: CALLERS.admin }
