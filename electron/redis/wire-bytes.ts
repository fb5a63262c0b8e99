import { isAppError, type AppError } from '../../shared/error'
import { cutReply } from './errors'
import type { ReadLine } from './reader-writer'
import type { Reply } from './reply'

/** Of RESP, per value, beyond what is in it; and an error, about. */
const FRAME_BYTES = 7
const ERROR_BYTES = 100

/** About how many bytes commands and their replies take on the line. */
export function wireBytes(lines: readonly ReadLine[], replies: readonly (Reply | AppError)[]): number {
  let bytes = 0
  for (const line of lines) {
    bytes += FRAME_BYTES
    for (const part of line) bytes += FRAME_BYTES + (typeof part === 'number' ? 4 : part.length)
  }
  for (const reply of replies) bytes += isAppError(reply) ? (cutReply(reply)?.bodyBytes ?? ERROR_BYTES) : sizeOf(reply)
  return bytes
}

function sizeOf(reply: Reply): number {
  if (reply === null) return FRAME_BYTES
  if (Buffer.isBuffer(reply) || typeof reply === 'string') return FRAME_BYTES + reply.length
  if (typeof reply === 'number') return FRAME_BYTES + 8
  return reply.reduce<number>((sum, part) => sum + sizeOf(part), FRAME_BYTES)
}
