import type { Logger } from 'pino'
import type { ConnectionProfile } from '../../../shared/model/connection'
import type { OwnedClient } from '../../redis/client'
import { createRedisClient } from '../../redis/connect'
import type { ConnectionTimings } from '../../redis/connect-options'
import { endpointName } from '../../redis/dial'
import { createClusterLink } from './cluster-link'
import { standaloneLink, type Link } from './link'
import { createServerLink } from './server-link'

export interface LinkSetup {
  readonly connectionId: string
  /** As it is by now: of one kind as long as the link lives. */
  readonly profile: () => ConnectionProfile
  readonly password: () => Promise<string | null>
  readonly timings: ConnectionTimings
  readonly log: Logger
}

/** A connection by what its profile leads to. Not open yet. */
export function makeLink({ connectionId, profile, password, timings, log }: LinkSetup): Link {
  const endpoint = (): string => endpointName(profile())
  const client = async (leadsTo: ConnectionProfile['endpoint']): Promise<OwnedClient> => {
    if (leadsTo.kind === 'cluster') throw new Error('a cluster is reached by its nodes')
    return createRedisClient({ profile: { ...profile(), endpoint: leadsTo }, password: await password(), ...timings })
  }
  switch (profile().endpoint.kind) {
    case 'tcp':
    case 'unix':
      return standaloneLink(
        createServerLink({ connectionId, endpoint, connect: () => client(profile().endpoint), log }),
        endpoint,
      )
    case 'cluster':
      return createClusterLink({
        ...{ connectionId, endpoint, log },
        seeds: () => {
          const { endpoint: leadsTo } = profile()
          return leadsTo.kind === 'cluster' ? leadsTo.nodes : []
        },
        connect: (address) => client({ kind: 'tcp', ...address }),
      })
  }
}
