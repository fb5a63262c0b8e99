import type { ServerEndpoint } from '../../../shared/model/connection'
import { keepingUp } from '../../redis/sent-by'
import { createClusterLink } from './cluster-link'
import { createDialer, type Dialer, type Leads, type LinkSetup } from './dialer'
import { standaloneLink, type Link } from './link'
import { createSentinelLink } from './sentinel-link'
import { createServerLink } from './server-link'
import { withTraffic } from './traffic-figures'

/** A connection by what its profile leads to. Not open yet. */
export function makeLink(setup: LinkSetup): Link {
  const dialer = createDialer(setup)
  const link = withTraffic(linkBy(setup, dialer), dialer.traffic)
  return {
    ...link,
    open(byItself = false) {
      if (!byItself) dialer.forgive()
      return keepingUp(() => link.open())
    },
    close() {
      link.close()
      dialer.close()
    },
  }
}

function linkBy({ connectionId, profile, log }: LinkSetup, { endpoint, client, sentinel }: Dialer): Link {
  const standing = { connectionId, endpoint, log }
  switch (profile().endpoint.kind) {
    case 'tcp':
    case 'unix': {
      const leadsTo = () => profile().endpoint as ServerEndpoint
      const link = createServerLink({ ...standing, byItself: true, connect: () => client(leadsTo()) })
      return standaloneLink(link, endpoint)
    }
    case 'cluster': {
      const leadsTo = () => profile().endpoint as Leads<'cluster'>
      return createClusterLink({
        ...standing,
        seeds: () => leadsTo().nodes,
        connect: (address) => client({ kind: 'tcp', ...address }),
      })
    }
    case 'sentinel': {
      const leadsTo = () => profile().endpoint as Leads<'sentinel'>
      return createSentinelLink({
        ...standing,
        seeds: () => leadsTo().nodes,
        name: () => leadsTo().primary,
        connectSentinel: sentinel,
        async connect(locate) {
          const located = { name: endpoint(), locate: async () => ({ kind: 'tcp', ...(await locate()) }) as const }
          const [first] = leadsTo().nodes
          return client({ kind: 'tcp', host: first?.host ?? '', port: first?.port ?? 0 }, located)
        },
      })
    }
  }
}
