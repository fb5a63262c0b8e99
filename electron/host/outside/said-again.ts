import { flagOf, type RedisFlags } from '../../services/connections/redis-cli-flags'
import type { ConnectionArguments } from './connection-arguments'

/** What a command line says of a connection, as words once more, without a password. Null: it stands where it can't be taken out. */
export function saidAgain({ flags, own }: ConnectionArguments, addresses: readonly string[]): readonly string[] | null {
  const urls = [flags.url, ...addresses].map((url) => (url === undefined ? undefined : withoutPassword(url)))
  if (urls.includes(null)) return null
  const [url, ...others] = urls
  return [
    ...others.filter((each) => typeof each === 'string'),
    ...said(flagOf('url'), url ?? undefined),
    ...(Object.keys(flags) as (keyof RedisFlags)[]).flatMap((name) => {
      const value = flags[name]
      if (name === 'url' || name === 'password') return []
      return value === true ? [flagOf(name)] : said(flagOf(name), value)
    }),
    ...said('--pass-file', own.passFile),
    ...said('--pass-command', own.passCommand),
    ...said('--passphrase-file', own.passphraseFile),
  ]
}

function said(flag: string, value: string | undefined): readonly string[] {
  return value === undefined ? [] : [flag, value]
}

/** `redis://user@host`; a line of redis-cli as it is, null where a password is in it. */
function withoutPassword(address: string): string | null {
  if (/^(?:redis|valkey)-cli\s/i.test(address)) return /\s(?:-a|--pass)|:[^/]*@/.test(address) ? null : address
  return address.replace(/^((?:[a-z][\w+-]*:\/\/)?)([^:@\s]*):.*@/is, (_, scheme: string, user: string) =>
    user === '' ? scheme : `${scheme}${user}@`,
  )
}
