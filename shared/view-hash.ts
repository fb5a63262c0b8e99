import { fromUint8Array, toUint8Array, type Bytes } from './bytes'

/** Longer addresses are cut off by browsers and mail alike; Redis allows names of 512 MB. Characters. */
export const LONGEST_HASH = 4_000

/** The fragment of a URL that leads to a view: the connection, the kind of view, and names. Null where it would be too long. */
export function viewHash(connectionId: string, kind: string, names: readonly Bytes[], query = ''): string | null {
  const hash = `#/${[connectionId, kind, ...names].map(encodeStep).join('/')}${query}`
  return hash.length > LONGEST_HASH ? null : hash
}

/** Text as it is; other bytes as `~` and their URL-safe base64, so that a text never begins with `~`. */
function encodeStep(name: Bytes): string {
  if (typeof name === 'string') return encodeURIComponent(name).replace(/^~/, '%7E')
  return `~${name.base64.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')}`
}

/** Null: it is none. */
export function decodeStep(step: string): Bytes | null {
  try {
    if (!step.startsWith('~')) return decodeURIComponent(step)
    const base64 = step.slice(1).replaceAll('-', '+').replaceAll('_', '/')
    // One value has one form: bytes that are a text are that text.
    return fromUint8Array(toUint8Array({ base64 }))
  } catch {
    return null
  }
}
