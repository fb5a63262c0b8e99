import type { Logger } from 'pino'
import { mapOf, reachedAt } from '../../../shared/address-map'
import type {
  ConnectionProfile,
  Endpoint,
  SecretPurpose,
  ServerEndpoint,
  TcpEndpoint,
} from '../../../shared/model/connection'
import type { OwnedClient } from '../../redis/client'
import { addressName, type NodeAddress } from '../../redis/cluster/slot-map'
import type { CommandSink } from '../../redis/command-tap'
import { createRedisClient } from '../../redis/connect'
import type { ConnectionTimings } from '../../redis/connect-options'
import { endpointName, type ClientKey } from '../../redis/dial'
import { unreachable } from '../../redis/errors'
import type { Located } from '../../redis/locate'
import { createTraffic, type Traffic } from '../../redis/traffic'
import { createTunnel, type SharedTunnel } from '../../redis/ssh/tunnel'
import type { KnownHosts } from './known-hosts'
import { createRefusedLogins } from './refused-logins'
import { SecretUnavailable } from './secrets'

export type Leads<K extends Endpoint['kind']> = Extract<Endpoint, { readonly kind: K }>

/** A connection, and what its clients are made with. */
export interface LinkSetup {
  readonly connectionId: string
  /** As it is by now: of one kind as long as the link lives. */
  readonly profile: () => ConnectionProfile
  readonly secret: (purpose: SecretPurpose) => Promise<string | null>
  readonly timings: ConnectionTimings
  readonly knownHosts: Pick<KnownHosts, 'of'>
  /** Takes note of each command that is sent. */
  readonly commands?: CommandSink | undefined
  readonly log: Logger
}

/**
 * Makes the clients of one connection, with its secrets, by its way, and where its map says that an address is reached. None is
 * open yet. All reject UNREACHABLE.
 */
export interface Dialer {
  readonly endpoint: () => string
  readonly traffic: Readonly<Traffic>
  client(leadsTo: ServerEndpoint, located?: Located): Promise<OwnedClient>
  /** Of a profile that leads to sentinels. */
  sentinel(address: NodeAddress): Promise<OwnedClient>
  /** Of the client's certificate; null: it has none. */
  clientKey(): Promise<ClientKey | null>
  /** The way through SSH, made; undefined: there is none. */
  tunnel(): Promise<SharedTunnel | undefined>
  /** A password that was refused is sent once more: a person says so. */
  forgive(): void
  close(): void
}

/** How the sentinels of a profile are spoken to. */
export function sentinelProfile(profile: ConnectionProfile, address: NodeAddress) {
  const { username, tls: own } = profile.endpoint as Leads<'sentinel'>
  const tls = own && { ...own, cert: profile.tls?.cert ?? '' }
  return { endpoint: { kind: 'tcp', ...address }, username, tls, db: 0 } as const
}

export function createDialer({ profile, knownHosts, timings, log, commands, ...setup }: LinkSetup): Dialer {
  const endpoint = (): string => endpointName(profile())
  const secret: LinkSetup['secret'] = (purpose) =>
    setup.secret(purpose).catch((error: unknown) => {
      throw error instanceof SecretUnavailable ? unreachable('no-secret', endpoint(), error.why) : error
    })
  const shared = createTunnel({
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
  const traffic = createTraffic()
  const tunnel = async (): Promise<SharedTunnel | undefined> => {
    if (profile().ssh === null) return undefined
    await shared.connect()
    return shared
  }
  const clientKey = async (): Promise<ClientKey | null> => {
    if (!profile().tls?.cert) return null
    const key = await secret('tls-key')
    if (key === null) throw unreachable('tls-key', endpoint())
    return { key, passphrase: await secret('tls-passphrase') }
  }
  const reachedTcp = ({ host, port }: TcpEndpoint): TcpEndpoint => ({
    kind: 'tcp',
    ...reachedAt({ host, port }, mapOf(profile())),
  })
  const reached = (at: ServerEndpoint): ServerEndpoint => (at.kind === 'tcp' ? reachedTcp(at) : at)
  const password = () => secret('password')
  const theirs = () => secret('sentinel-password')

  return {
    ...{ endpoint, traffic, clientKey, tunnel },
    client(announced, asked) {
      const leadsTo = reached(announced)
      const located = asked && { ...asked, locate: async () => reachedTcp(await asked.locate()) }
      return logins.unlessRefused(endpointName({ endpoint: leadsTo }), password, async (known, again) =>
        createRedisClient({
          profile: { ...profile(), endpoint: leadsTo },
          ...{
            password: known,
            passwordAgain: again,
            clientKey: await clientKey(),
            located,
            tunnel: await tunnel(),
            traffic,
            commands,
          },
          ...timings,
        }),
      )
    },
    sentinel(announced) {
      const address = reachedTcp({ kind: 'tcp', ...announced })
      const spoken = sentinelProfile(profile(), address)
      return logins.unlessRefused(`sentinel ${addressName(address)}`, theirs, async (known, again) =>
        createRedisClient({
          profile: spoken,
          ...{ password: known, passwordAgain: again },
          ...{ clientKey: spoken.tls && (await clientKey()), tunnel: await tunnel(), traffic, commands },
          ...timings,
        }),
      )
    },
    forgive() {
      logins.forgive()
      shared.forgive()
    },
    close: () => shared.close(),
  }
}
