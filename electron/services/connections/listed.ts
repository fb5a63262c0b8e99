import { z } from 'zod'
import { parseAddressMap } from '../../../shared/address-map'
import {
  connectionProfile,
  type ConnectionProfile,
  type Endpoint,
  type SecretPurpose,
} from '../../../shared/model/connection'
import { message } from '../../../shared/words/messages'
import { endpointName } from '../../redis/dial'
import { badInput } from '../lib/bad-input'
import { parseAddress } from './parse-address'
import { badAddress, namedProfile, type ParsedUrl } from './parse-url'

/** Read as the form reads its lines; what is none is left for the schema to refuse. */
const mapByText = z.record(z.string(), z.string()).transform((map, context) => {
  const pairs = parseAddressMap(
    Object.entries(map)
      .map((pair) => pair.join(' -> '))
      .join('\n'),
  )
  if (pairs !== null) return [...pairs]
  context.addIssue({ code: 'custom', message: 'input.address-map' })
  return z.NEVER
})

/**
 * A connection as a file lists it: by the parts of its profile, or by an address, and those parts that differ from what the
 * address says. Secrets are no part of it.
 */
export const listedConnection = connectionProfile.partial().extend({
  url: z.string().min(1).max(8192).optional(),
  tls: connectionProfile.shape.tls.unwrap().partial().nullable().optional(),
  /** Also as an object: `{ "10.0.0.1:6379": "localhost:7001" }`. */
  addressMap: z.union([connectionProfile.shape.addressMap, mapByText]).optional(),
})
type ListedConnection = z.infer<typeof listedConnection>

/** `password`, `tlsKey`…: what a list calls the secret of a purpose; with `File` behind it, the file that it is in. */
export function secretField(purpose: SecretPurpose): string {
  return purpose.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase())
}

/** The most that one list has. */
export const MOST_LISTED = 1_000

const TLS = { ca: '', cert: '', serverName: '', verify: true }

/** What is listed, whole; the password is one that stands in the address. Throws BAD_INPUT, never with a value. */
export function readListed({ url, tls, ...parts }: ListedConnection): ParsedUrl {
  const address = url === undefined ? null : parseAddress(url)
  const base = address?.profile ?? profileAt(parts.endpoint)
  if (!base) throw badAddress('url', message('url.not-listed'), message('url.list-it'))
  const ownTls = tls === undefined ? base.tls : tls && { ...TLS, ...base.tls, ...defined(tls) }
  const { data, error } = connectionProfile.safeParse({ ...base, ...defined(parts), tls: ownTls })
  if (data === undefined) throw badInput(error.issues)
  return { profile: data, password: address?.password ?? null }
}

function profileAt(endpoint: Endpoint | undefined): ConnectionProfile | null {
  return endpoint ? namedProfile(endpoint, endpointName({ endpoint })) : null
}

function defined<T extends object>(parts: T): Partial<T> {
  return Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== undefined)) as Partial<T>
}
