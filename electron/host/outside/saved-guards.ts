import { isDeepStrictEqual } from 'node:util'
import type { Connection, ConnectionProfile } from '../../../shared/model/connection'

/**
 * A connection that was given from outside, with the guards of saved ones that lead to the same server by the same way: production
 * whatever its database, read-only where that is the same too. Somebody marked it so, and an address typed by hand says nothing
 * against it. Another name of the same machine is not known to be that.
 */
export function withSavedGuards(given: ConnectionProfile, all: readonly Connection[]): ConnectionProfile {
  const same = all.filter(
    ({ givenBy, endpoint, ssh }) =>
      givenBy === null && isDeepStrictEqual(endpoint, given.endpoint) && isDeepStrictEqual(ssh, given.ssh),
  )
  return {
    ...given,
    environment: same.some(({ environment }) => environment === 'prod') ? 'prod' : given.environment,
    readOnly: given.readOnly || same.some(({ readOnly, db }) => readOnly && db === given.db),
  }
}
