import type { Logger } from 'pino'
import type { ConnectionProfile, Endpoint, SecretPurpose, ServerEndpoint } from '../../../shared/model/connection'
import type { OwnedClient } from '../../redis/client'
import { addressName } from '../../redis/cluster/slot-map'
import { createRedisClient } from '../../redis/connect'
import type { ConnectionTimings } from '../../redis/connect-options'
import { endpointName, type ClientKey } from '../../redis/dial'
import { unreachable } from '../../redis/errors'
import type { Located } from '../../redis/locate'
import { createTunnel, type SharedTunnel } from '../../redis/ssh/tunnel'
import { createClusterLink } from './cluster-link'
import type { KnownHosts } from './known-hosts'
import { standaloneLink, type Link } from './link'
import { createRefusedLogins, type RefusedLogins } from './refused-logins'
import { createSentinelLink } from './sentinel-link'
import { SecretUnavailable } from './secrets'
import { createServerLink } from './server-link'

export interface LinkSetup {
  readonly connectionId: string
  /** As it is by now: of one kind as long as the link lives. */
  readonly profile: () => ConnectionProfile
  readonly secret: (purpose: SecretPurpose) => Promise<string | null>
  readonly timings: ConnectionTimings
  readonly knownHosts: Pick<KnownHosts, 'of'>
  readonly log: Logger
}

type Leads<K extends Endpoint['kind']> = Extract<Endpoint, { readonly kind: K }>

/** A connection by what its profile leads to. Not open yet. */
export function makeLink(setup: LinkSetup): Link {
  const { profile, knownHosts, timings, log } = setup
  const secret: LinkSetup['secret'] = (purpose) =>
    setup.secret(purpose).catch((error: unknown) => {
      throw error instanceof SecretUnavailable ? unreachable('no-secret', endpointName(profile()), error.why) : error
    })
  const tunnel = createTunnel({
    way: () => profile().ssh,
    secrets: async (which) => ({
      password: await secret(`${which}-password`),
      key: await secret(`${which}-key`),
      passphrase: await secret(`${which}-passphrase`),
    }),
    known: (hop) => knownHosts.of(hop),
    ...{ log, stepMs: timings.connectTimeoutMs, keepAliveMs: timings.sshKeepAliveMs },
  })
  const logins = createRefusedLogins()
  const link = linkBy({ ...setup, secret }, tunnel, logins)
  return {
    ...link,
    open() {
      logins.forgive()
      tunnel.forgive()
      return link.open()
    },
    close() {
      link.close()
      tunnel.close()
    },
  }
}

function linkBy(
  { connectionId, profile, secret, timings, log }: LinkSetup,
  shared: SharedTunnel,
  logins: RefusedLogins,
): Link {
  const endpoint = (): string => endpointName(profile())
  const clientKey = async (): Promise<ClientKey | null> => {
    if (!profile().tls?.cert) return null
    const key = await secret('tls-key')
    if (key === null) throw unreachable('tls-key', endpoint())
    return { key, passphrase: await secret('tls-passphrase') }
  }
  const tunnel = async (): Promise<SharedTunnel | undefined> => {
    if (profile().ssh === null) return undefined
    await shared.connect()
    return shared
  }
  const password = () => secret('password')
  const client = (leadsTo: ServerEndpoint, located?: Located): Promise<OwnedClient> =>
    logins.unlessRefused(endpointName({ endpoint: leadsTo }), password, async (known) =>
      createRedisClient({
        profile: { ...profile(), endpoint: leadsTo },
        ...{ password: known, passwordAgain: password, clientKey: await clientKey(), located, tunnel: await tunnel() },
        ...timings,
      }),
    )
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
        connectSentinel(address) {
          const { username, tls: own } = leadsTo()
          const tls = own && { ...own, cert: profile().tls?.cert ?? '' }
          const theirs = () => secret('sentinel-password')
          return logins.unlessRefused(`sentinel ${addressName(address)}`, theirs, async (known) =>
            createRedisClient({
              profile: { endpoint: { kind: 'tcp', ...address }, username, tls, db: 0 },
              ...{
                password: known,
                passwordAgain: theirs,
                clientKey: tls && (await clientKey()),
                tunnel: await tunnel(),
              },
              ...timings,
            }),
          )
        },
        async connect(locate) {
          const located = { name: endpoint(), locate: async () => ({ kind: 'tcp', ...(await locate()) }) as const }
          const [first] = leadsTo().nodes
          return client({ kind: 'tcp', host: first?.host ?? '', port: first?.port ?? 0 }, located)
        },
      })
    }
  }
}
