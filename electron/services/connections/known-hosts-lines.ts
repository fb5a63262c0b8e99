import { createHmac } from 'node:crypto'
import type { SshHop } from '../../../shared/model/connection'
import { publicKeyOf, type KnownHost, type KnownKey } from '../../redis/ssh/host-key'

/**
 * What a known_hosts of OpenSSH says of one host. Lines that can't be understood count for nothing, as there. `where`: how
 * the file is called. https://man.openbsd.org/sshd.8#SSH_KNOWN_HOSTS_FILE_FORMAT
 */
export function readKnownHosts(text: string, { host, port }: Pick<SshHop, 'host' | 'port'>, where: string): KnownHost {
  const name = port === 22 ? host.toLowerCase() : `[${host.toLowerCase()}]:${port}`
  const keys: KnownKey[] = []
  const revoked: KnownKey[] = []
  let authority: string | null = null
  for (const line of text.split('\n')) {
    const [, marker, hosts = '', blob = ''] = /^\s*(?:(@\S+)\s+)?([^#\s]\S*)\s+[^\s]+\s+(\S+)/.exec(line) ?? []
    if (hosts === '' || !matchesHost(hosts, name)) continue
    if (marker === '@cert-authority') authority = where
    const key = publicKeyOf(Buffer.from(blob, 'base64'))
    if (key === null) continue
    if (marker === '@revoked') revoked.push({ ...key, where })
    else if (marker === undefined) keys.push({ ...key, where })
  }
  return { keys, revoked, authority }
}

/** Patterns with `*` and `?`, those after a `!` rule out; or one name that is hashed with a salt. */
function matchesHost(hosts: string, name: string): boolean {
  const [, salt, hash] = /^\|1\|([^|]+)\|([^|]+)$/.exec(hosts) ?? []
  if (salt !== undefined) {
    return createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest('base64') === hash
  }
  const patterns = hosts.toLowerCase().split(',')
  if (patterns.some((pattern) => pattern.startsWith('!') && matchesPattern(pattern.slice(1), name))) return false
  return patterns.some((pattern) => !pattern.startsWith('!') && matchesPattern(pattern, name))
}

/** In time that grows with the product of both lengths at most. */
function matchesPattern(pattern: string, name: string): boolean {
  let [at, next, star, from] = [0, 0, -1, 0]
  while (at < name.length) {
    const wanted = pattern[next]
    if (wanted === '*') [star, from, next] = [next, at, next + 1]
    else if (wanted !== undefined && (wanted === '?' || wanted === name[at])) [at, next] = [at + 1, next + 1]
    else if (star === -1) return false
    else [from, at, next] = [from + 1, from + 1, star + 1]
  }
  return /^\**$/.test(pattern.slice(next))
}
