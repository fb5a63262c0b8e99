import type { GivenBy } from '../../model/connection'

/** By what a connection was given from outside of Sluice, within a sentence. */
export const GIVEN_BY: Readonly<Record<GivenBy, string>> = {
  'command-line': 'on the command line',
  REDIS_URL: 'by REDIS_URL',
  SLUICE_CONNECTIONS: 'by SLUICE_CONNECTIONS',
}
