import { formatDuration, formatRoundTrip } from '../../../format/format-duration'
import { formatCount, formatNoun } from '../../../format/format-count'
import type { BetterWay } from '../../../model/connection'
import { endpointWords } from '../endpoint-words'

const DAY_MS = 86_400_000

/** What a test of a connection finds at each step, and what to do about it. */
export const connectionTestMessages = {
  'connection-test.jumped': () => 'logged in, through the jump host',
  'connection-test.logged-in': () => 'logged in',
  'connection-test.addresses': ({
    addresses,
    more,
  }: {
    readonly addresses: readonly string[]
    readonly more: number
  }) => `${addresses.join(', ')}${more > 0 ? ` and ${more} more` : ''}`,
  'connection-test.is-address': () => 'an address: there is nothing to look up',
  'connection-test.listens': ({ address }: { readonly address: string }) => `connected to ${address}`,
  'connection-test.reached-by-ssh': () => 'connected; names are looked up at the SSH server',
  'connection-test.tls': ({
    protocol,
    subject,
    issuer,
  }: {
    readonly protocol: string
    readonly subject: string
    readonly issuer: string
  }) => `${protocol}, certificate of “${subject}” by “${issuer}”`,
  'connection-test.valid-for': ({ leftMs }: { readonly leftMs: number }) =>
    leftMs < DAY_MS ? 'the certificate expires within a day' : `valid for ${formatDuration(leftMs)} more`,
  'connection-test.not-checked': ({ problem }: { readonly problem: string }) =>
    `the certificate is not checked; it would be refused: ${problem}`,
  'connection-test.check-it': () =>
    'Switch the check on: without it anybody in between can read and change everything.',
  'connection-test.expired': ({ at }: { readonly at: string }) => `The certificate has expired: ${at}.`,
  'connection-test.expired-next': () =>
    'The server needs a new certificate. Look at the clock of this machine as well.',
  'connection-test.not-yet-valid': ({ at }: { readonly at: string }) => `The certificate is valid only from ${at} on.`,
  'connection-test.wrong-name': ({ name, names }: { readonly name: string; readonly names: string }) =>
    `The certificate is not for ${name}, but for ${names}.`,
  'connection-test.wrong-name-next': () => 'Connect by a name that it is for, or enter that as the server name of TLS.',
  'connection-test.unknown-ca': ({ issuer }: { readonly issuer: string }) =>
    `The certificate was signed by “${issuer}”, which this system does not trust.`,
  'connection-test.unknown-ca-next': () =>
    'Enter the certificate of the authority that signed it as the CA certificate.',
  'connection-test.other-certificate': ({ code }: { readonly code: string }) =>
    `The certificate is not accepted: ${code}.`,
  'connection-test.plain-port': () => 'A Redis without TLS answers at this port.',
  'connection-test.plain-port-next': () => 'Switch TLS off, or enter the port that speaks TLS.',
  'connection-test.no-tls-next': () =>
    'Check the port: what listens there does not speak TLS, or no version from 1.2 on.',
  'connection-test.tls-port': () => 'TLS is spoken at this port.',
  'connection-test.tls-port-next': () => 'Switch TLS on.',
  'connection-test.as-user': ({ user }: { readonly user: string }) => `as ${user || 'default'}`,
  'connection-test.no-password': () => 'No password was given.',
  'connection-test.no-password-next': () => 'Enter the password of this user.',
  'connection-test.refused-login': ({ user }: { readonly user: string }) =>
    `The password of “${user || 'default'}” is wrong, or there is no such user, or it is disabled: Redis says the same of all three.`,
  'connection-test.refused-login-next': () =>
    'Check user and password. “ACL GETUSER” on the server tells whether it is on.',
  'connection-test.protected': () => 'The server is in protected mode: it takes connections from its own machine only.',
  'connection-test.protected-next': () =>
    'Set a password for it, or bind it to an address on purpose; or go through SSH.',
  'connection-test.max-clients': () => 'The server has as many clients as it takes (maxclients).',
  'connection-test.max-clients-next': () => 'Close some, or raise maxclients; then try again.',
  'connection-test.loading-next': () => 'Wait until it has loaded its data.',
  'connection-test.is': ({
    product,
    version,
    mode,
  }: {
    readonly product: string
    readonly version: string
    readonly mode: string
  }) => [endpointWords.server({ product, version }), mode === 'unknown' ? '' : mode].filter(Boolean).join(' '),
  'connection-test.role': ({ role }: { readonly role: string }) => role,
  'connection-test.round-trip': ({ ms }: { readonly ms: number }) => `round trip ${formatRoundTrip(ms)}`,
  'connection-test.alone': () => 'one server, with all of its keys',
  'connection-test.part-of': ({ kind }: { readonly kind: BetterWay['kind'] }) =>
    kind === 'cluster'
      ? 'one node of a cluster: it has its own keys only'
      : kind === 'sentinel'
        ? 'a sentinel: it has no keys'
        : 'a replica: it is only read from',
  'connection-test.take-way-next': () => 'Fill in the better way, below.',
  'connection-test.slots': ({ primaries, slots }: { readonly primaries: number; readonly slots: number }) =>
    `${formatNoun(primaries, 'primary', 'primaries')} with ${slots === 16_384 ? 'all slots' : `${formatCount(slots)} of 16 384 slots`}`,
  'connection-test.slots-next': () => 'Streams whose slots nobody has can’t be reached until the cluster is put right.',
  'connection-test.nodes-silent': ({ names, more }: { readonly names: readonly string[]; readonly more: number }) =>
    `not reached: ${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`,
  'connection-test.nodes-silent-next': () =>
    'The cluster names them by these addresses. Where they are of another network, go through SSH; else look at these nodes.',
  'connection-test.names-primary': ({ address }: { readonly address: string }) => `names ${address}`,
  'connection-test.knows-peers': ({ peers }: { readonly peers: number }) =>
    peers === 0 ? 'knows no other sentinel' : `knows ${formatNoun(peers, 'other sentinel')}`,
  'connection-test.knows-none': ({ name }: { readonly name: string }) => `It knows no primary called “${name}”.`,
  'connection-test.watches': ({ names }: { readonly names: readonly string[] }) => `it watches ${names.join(', ')}`,
  'connection-test.knows-none-next': () => 'Enter the name that the sentinels have for it.',
  'connection-test.disagree': () => 'the sentinels do not agree; the newest configuration counts',
  'connection-test.follows': ({ link }: { readonly link: 'up' | 'down' | 'syncing' }) =>
    link === 'up' ? 'its link to the primary is up' : `its link to the primary is ${link}`,
  'connection-test.all-allowed': () => 'all that Sluice sends is allowed',
  'connection-test.denied': ({ commands }: { readonly commands: readonly string[] }) =>
    `denied: ${commands.join(', ')}`,
  'connection-test.denied-next': ({ user, rules }: { readonly user: string; readonly rules: readonly string[] }) =>
    `What needs these is off. To allow them: ACL SETUSER ${user || 'default'} ${rules.join(' ')}`,
  'connection-test.some-keys': () => 'the ACL allows some keys only: what is outside is not seen',
  'connection-test.streams': ({
    found,
    scanned,
    isAll,
  }: {
    readonly found: number
    readonly scanned: number
    readonly isAll: boolean
  }) =>
    isAll ? formatNoun(found, 'stream') : `${formatNoun(found, 'stream')} among the first ${formatCount(scanned)} keys`,
  'connection-test.no-streams-next': ({ db }: { readonly db: number }) =>
    db === 0
      ? 'There are none in database 0. Are they in another database?'
      : `There are none in database ${db}. Is that the right one?`,
  'connection-test.scan-denied': () => 'SCAN is denied: streams can’t be found',
  'connection-test.scan-denied-next': () => 'Open them by their names, or allow the user “+scan”.',
}
