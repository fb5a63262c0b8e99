import { isUtf8 } from 'node:buffer'
import { bytesKey, keyBytes, type Bytes } from '../../shared/bytes'

/** The bytes to send to Redis. */
export function toBuffer(value: Bytes): Buffer {
  return typeof value === 'string' ? Buffer.from(value, 'utf8') : Buffer.from(value.base64, 'base64')
}

/** The same, worked out once for a run of equal buffers: entries that follow each other mostly have one consumer. */
export function inRuns<T>(of: (raw: Buffer) => T): (raw: Buffer) => T {
  let last: { readonly raw: Buffer; readonly value: T } | null = null
  return (raw) => {
    if (last === null || !last.raw.equals(raw)) last = { raw, value: of(raw) }
    return last.value
  }
}

/** Bytes from Redis as the contract carries them: text when they are valid UTF-8, else base64. */
export function fromBuffer(raw: Buffer): Bytes {
  return isUtf8(raw) ? raw.toString('utf8') : { base64: raw.toString('base64') }
}

const keyOfRaw = inRuns((raw) => bytesKey(fromBuffer(raw)))

/** `bytesKey` of a name as Redis gave it, or as it was written down. */
export function nameKey(name: Bytes | Buffer): string {
  return keyOfRaw(Buffer.isBuffer(name) ? name : toBuffer(name))
}

/** The name again. */
export function keyName(key: string): Buffer {
  return toBuffer(keyBytes(key))
}
