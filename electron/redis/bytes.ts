import { isUtf8 } from 'node:buffer'
import type { Bytes } from '../../shared/bytes'

/** The bytes to send to Redis. */
export function toBuffer(value: Bytes): Buffer {
  return typeof value === 'string' ? Buffer.from(value, 'utf8') : Buffer.from(value.base64, 'base64')
}

/** Bytes from Redis as the contract carries them: text when they are valid UTF-8, else base64. */
export function fromBuffer(raw: Buffer): Bytes {
  return isUtf8(raw) ? raw.toString('utf8') : { base64: raw.toString('base64') }
}
