import { isDeepStrictEqual } from 'node:util'
import type { ConnectionProfile } from '../../../shared/model/connection'

/**
 * A connection that was given from outside, with the guards of known ones that lead to the same server by the same way: production
 * whatever its database, read-only where that is the same too. Somebody marked it so, and an address typed by hand says nothing
 * against it. Another name of the same machine is not known to be that.
 */
export function withGuardsOf(known: readonly ConnectionProfile[], given: ConnectionProfile): ConnectionProfile {
  const same = known.filter(
    ({ endpoint, ssh }) => isDeepStrictEqual(endpoint, given.endpoint) && isDeepStrictEqual(ssh, given.ssh),
  )
  return {
    ...given,
    environment: same.some(({ environment }) => environment === 'prod') ? 'prod' : given.environment,
    readOnly: given.readOnly || same.some(({ readOnly, db }) => readOnly && db === given.db),
  }
}
