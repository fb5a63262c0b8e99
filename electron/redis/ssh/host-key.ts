import { createHash } from 'node:crypto'
import type { HostKey } from '../../../shared/model/host-key'
import { message } from '../../../shared/words/messages'
import type { AppError } from '../../../shared/error'
import { unreachable } from '../errors'

/** A key of a host, and the file that says so. */
export interface KnownKey extends Pick<HostKey, 'type' | 'fingerprint'> {
  readonly where: string
}

/** What is known of one host. */
export interface KnownHost {
  readonly keys: readonly KnownKey[]
  readonly revoked: readonly KnownKey[]
  /** The file that names an authority for it, which is not asked; null: none does. */
  readonly authority: string | null
}

/** Null: these bytes are no public key. https://www.rfc-editor.org/rfc/rfc4253#section-6.6 */
export function publicKeyOf(blob: Buffer): Pick<HostKey, 'type' | 'fingerprint'> | null {
  if (blob.length < 4) return null
  const length = blob.readUInt32BE(0)
  const type = blob.subarray(4, 4 + length).toString('latin1')
  if (type.length !== length || !/^[a-z0-9@.-]{1,64}$/.test(type)) return null
  const digest = createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')
  return { type, fingerprint: `SHA256:${digest}` }
}

/**
 * Null: the host may be trusted. One that is known by any key has to show that one: another, be it of another type, is
 * refused, for the known ones were asked for first.
 */
export function refusalOf(shown: HostKey, known: KnownHost, name: string): AppError<'UNREACHABLE'> | null {
  const { type, fingerprint } = shown
  const revoked = known.revoked.find((key) => key.fingerprint === fingerprint)
  if (revoked) {
    return unreachable('ssh-host-revoked', name, message('ssh.revoked-key', { fingerprint, where: revoked.where }))
  }
  if (known.keys.some((key) => key.fingerprint === fingerprint)) return null
  const other = known.keys.find((key) => key.type === type) ?? known.keys[0]
  if (other) {
    const { fingerprint: before, where } = other
    return unreachable(
      'ssh-host-changed',
      name,
      message('ssh.other-key', { type, fingerprint, known: `${before} (${other.type})`, where }),
    )
  }
  const note = known.authority === null ? '' : message('ssh.authority-ignored', { where: known.authority })
  return unreachable('ssh-host-unknown', name, note, shown)
}

/** How a server signs with a key of this type. */
const ALGORITHMS: Readonly<Record<string, readonly string[]>> = {
  'ssh-ed25519': ['ssh-ed25519'],
  'ecdsa-sha2-nistp256': ['ecdsa-sha2-nistp256'],
  'ecdsa-sha2-nistp384': ['ecdsa-sha2-nistp384'],
  'ecdsa-sha2-nistp521': ['ecdsa-sha2-nistp521'],
  'ssh-rsa': ['rsa-sha2-512', 'rsa-sha2-256'],
}
export type HostKeyAlgorithm = 'ssh-ed25519' | 'rsa-sha2-512' | 'rsa-sha2-256' | `ecdsa-sha2-nistp${256 | 384 | 521}`

/** Those to ask for before all others: a server that has several keys then shows the one that is known. */
export function algorithmsOf({ keys }: KnownHost): HostKeyAlgorithm[] {
  const found = keys.flatMap(({ type }) => (Object.hasOwn(ALGORITHMS, type) ? (ALGORITHMS[type] ?? []) : []))
  return [...new Set(found)] as HostKeyAlgorithm[]
}
