import { resolve } from 'node:path'
import { outsideWords } from '../../../shared/words/en/outside-words'
import { parseAddress } from '../../services/connections/parse-address'
import { parseConnectionUrl, type ParsedUrl } from '../../services/connections/parse-url'
import { flagOf, profileOfFlags, type RedisFlags } from '../../services/connections/redis-cli-flags'
import { UsageError } from '../usage-error'
import type { ConnectionArguments, OwnArguments } from './connection-arguments'
import { given, type GivenConnection, type SecretSource } from './given'
import { readCertificates } from './pem-file'
import { command } from './command'
import { readAt, wrong } from './wrong'

/** Fields of an address by the options that say the same. */
const NAMED: Readonly<Record<string, keyof RedisFlags>> = { host: 'host', port: 'port', path: 'socket', db: 'db' }

/** Whether the command line names a connection. */
export function namesConnection({ flags, own }: ConnectionArguments, addresses: readonly string[]): boolean {
  return (
    Object.keys(flags).length > 0 || own.passFile !== undefined || own.passCommand !== undefined || addresses.length > 0
  )
}

/** Whether a password stands in the arguments themselves. */
export function showsPassword({ flags }: ConnectionArguments, addresses: readonly string[]): boolean {
  return flags.password !== undefined || [flags.url ?? '', ...addresses].some((text) => /:[^/]*@|\s-a\s/.test(text))
}

/** The connection of the command line. `auth`: the password of REDISCLI_AUTH. Throws `UsageError`, never with a value. */
export async function givenByArguments(
  { flags, own }: ConnectionArguments,
  addresses: readonly string[],
  auth: string | undefined,
): Promise<GivenConnection> {
  const base = readBase(flags, addresses)
  const { profile, password } = readAt(
    (field) => flagOf(NAMED[field] ?? 'url'),
    () => profileOfFlags(flags, base),
  )
  const file = (['cacert', 'cert', 'key'] as const).find((name) => flags[name] !== undefined)
  if (file !== undefined && profile.tls === null) throw new UsageError(outsideWords.notWithoutTls(flagOf(file)))
  if ((flags.cert === undefined) !== (flags.key === undefined)) throw new UsageError(outsideWords.together)
  const [source, another] = [...(own.passFile ? ['--pass-file'] : []), ...(own.passCommand ? ['--pass-command'] : [])]
  if (another !== undefined) throw wrong(another, outsideWords.passwordTwice('--pass-file'))
  if (source !== undefined && password !== null) {
    throw wrong(source, outsideWords.passwordTwice(flags.password ? flagOf('password') : outsideWords.itsUrl))
  }
  const certificates = async (name: 'cacert' | 'cert'): Promise<string> =>
    flags[name] === undefined ? '' : readCertificates(flagOf(name), resolve(flags[name]))
  const tls = profile.tls && { ...profile.tls, ca: await certificates('cacert'), cert: await certificates('cert') }
  return given({ ...profile, tls }, 'command-line', {
    password: passwordSource(own, password ?? auth),
    'tls-key': flags.key === undefined ? undefined : { kind: 'file', path: resolve(flags.key) },
  })
}

function readBase(flags: RedisFlags, addresses: readonly string[]): ParsedUrl | null {
  const [address, another] = addresses
  if (another !== undefined) throw new UsageError(outsideWords.oneAddress)
  if (address !== undefined && flags.url !== undefined) throw new UsageError(outsideWords.addressOrUrl)
  if (address !== undefined)
    return readAt(
      () => outsideWords.address,
      () => parseAddress(address),
    )
  const { url } = flags
  return url === undefined
    ? null
    : readAt(
        () => flagOf('url'),
        () => parseConnectionUrl(url),
      )
}

function passwordSource(own: OwnArguments, secret: string | undefined): SecretSource | undefined {
  if (own.passFile !== undefined) return { kind: 'file', path: resolve(own.passFile) }
  if (own.passCommand !== undefined) return { kind: 'command', argv: readCommand(own.passCommand) }
  return secret ? { kind: 'value', secret } : undefined
}

/** Of a JSON array, so that nothing has to be parted and no shell is needed. */
function readCommand(text: string): readonly string[] {
  try {
    return command.parse(JSON.parse(text))
  } catch {
    throw wrong('--pass-command', outsideWords.noCommand)
  }
}
