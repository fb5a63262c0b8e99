import { z } from 'zod'
import {
  secretPurpose,
  tlsOptions,
  type ConnectionProfile,
  type ConnectionStatus,
  type SecretPurpose,
  type SshHop,
  type SshTunnel,
  type TlsOptions,
} from '../model/connection'

/**
 * Who gets to see a secret, or what is proved by it. `servers`: the servers that are named; those that they lead to are theirs
 * to tell. `by`: the SSH servers on the way, the nearest first: names are looked up where it ends. `tls`: what keeps others
 * from listening, one of each kind of server; null: nothing.
 */
export const secretDestination = z.object({
  servers: z.array(z.string()),
  by: z.array(z.string()),
  tls: z.array(tlsOptions.nullable()),
})
export type SecretDestination = z.infer<typeof secretDestination>

/** Null: with this profile it goes nowhere. */
export function destinationOf(profile: ConnectionProfile, purpose: SecretPurpose): SecretDestination | null {
  const { ssh } = profile
  switch (purpose) {
    case 'password':
      return { ...serversOf(profile), by: wayOf(ssh) }
    case 'tls-key':
    case 'tls-passphrase':
      return profile.tls === null ? null : { ...serversOf(profile), by: wayOf(ssh) }
    case 'sentinel-password': {
      const { endpoint } = profile
      if (endpoint.kind !== 'sentinel') return null
      const servers = [...endpoint.nodes.map(addressOf), ...mappedServers(profile)]
      return { servers, by: wayOf(ssh), tls: [strengthOf(endpoint.tls)] }
    }
    case 'ssh-password':
    case 'ssh-key':
    case 'ssh-passphrase':
      return ssh && { servers: [addressOf(ssh)], by: ssh.jump === null ? [] : [addressOf(ssh.jump)], tls: [] }
    case 'jump-password':
    case 'jump-key':
    case 'jump-passphrase':
      return ssh?.jump ? { servers: [addressOf(ssh.jump)], by: [], tls: [] } : null
  }
}

/**
 * Whether a secret that was given for the one may be used for the other without asking: no server more gets it, by no other
 * way, and no less protected. `also`: servers that count as named, too.
 */
export function staysWithin(
  given: SecretDestination,
  wanted: SecretDestination,
  also: readonly string[] = [],
): boolean {
  const known = new Set([...given.servers, ...also])
  return (
    wanted.servers.every((server) => known.has(server)) &&
    JSON.stringify(given.by) === JSON.stringify(wanted.by) &&
    wanted.tls.every((tls, at) => isNoWeaker(given.tls[at] ?? null, tls))
  )
}

/** The secrets that would go elsewhere by the other profile: they are to be given anew. */
export function secretsElsewhere(
  before: ConnectionProfile,
  after: ConnectionProfile,
  also: readonly string[] = [],
): readonly SecretPurpose[] {
  return secretPurpose.options.filter((purpose) => {
    const wanted = destinationOf(after, purpose)
    if (wanted === null) return false
    const given = destinationOf(before, purpose)
    return given === null || !staysWithin(given, wanted, also)
  })
}

/** A server by its address, however it is written. */
export function addressOf({ host, port }: Pick<SshHop, 'host' | 'port'>): string {
  return `${host.trim().toLowerCase()}:${port}`
}

/** Where it goes instead of what is announced: a person says so, and not the servers. */
function mappedServers({ addressMap = [] }: ConnectionProfile): string[] {
  return addressMap.map(({ to }) => addressOf(to))
}

function serversOf(profile: ConnectionProfile): Pick<SecretDestination, 'servers' | 'tls'> {
  const { endpoint, tls } = profile
  const own = strengthOf(tls)
  switch (endpoint.kind) {
    case 'tcp':
      return { servers: [addressOf(endpoint)], tls: [own] }
    case 'unix':
      return { servers: [`unix:${endpoint.path}`], tls: [] }
    case 'cluster':
      return { servers: [...endpoint.nodes.map(addressOf), ...mappedServers(profile)], tls: [own] }
    case 'sentinel':
      // Whoever speaks as one of these sentinels tells where it goes.
      return {
        servers: [...endpoint.nodes.map((node) => `${endpoint.primary}@${addressOf(node)}`), ...mappedServers(profile)],
        tls: [own, strengthOf(endpoint.tls)],
      }
  }
}

function wayOf(ssh: SshTunnel | null): string[] {
  if (ssh === null) return []
  return [...(ssh.jump ? [addressOf(ssh.jump)] : []), addressOf(ssh)]
}

function strengthOf(tls: TlsOptions | null): TlsOptions | null {
  return tls && { ca: tls.ca.trim(), serverName: tls.serverName.trim().toLowerCase(), verify: tls.verify }
}

/** What went in the clear, or to whoever answered, is kept from nobody by TLS that is stricter. */
function isNoWeaker(before: TlsOptions | null, after: TlsOptions | null): boolean {
  if (before === null) return true
  if (after === null) return false
  if (!before.verify) return true
  return after.verify && after.ca === before.ca && after.serverName === before.serverName
}

/** Servers that an open connection was told of by the very servers it leads to: these have the secret, or can have it. */
export function serversTold({ server, nodes }: Pick<ConnectionStatus, 'server' | 'nodes'>): readonly string[] {
  const way = server?.betterWay
  return [...(way?.kind === 'primary' ? [addressOf(way)] : []), ...nodes.map(({ endpoint }) => endpoint.toLowerCase())]
}
