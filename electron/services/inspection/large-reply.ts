import { AppError } from '../../../shared/error'
import type { AppErrorData } from '../../../shared/error-data'
import type { OwnConnection, OwnPurpose } from '../../redis/client'
import type { Reader } from '../../redis/reader-writer'

export interface LargeReply {
  readonly what: AppErrorData<'TOO_LARGE'>['what']
  /** A reply that announces more ends its connection before it is kept. */
  readonly mostBytes: number
  readonly signal?: AbortSignal | undefined
}

/**
 * Reads on a connection of its own (`beside` makes it), which ends with it: a reply that is too large, or that nobody waits for any more, costs
 * nothing else its connection. Throws TOO_LARGE, and the signal's reason.
 */
export async function readLargeReply<T>(
  beside: (purpose: OwnPurpose) => OwnConnection,
  { what, mostBytes, signal }: LargeReply,
  read: (reader: Reader) => Promise<T>,
): Promise<T> {
  signal?.throwIfAborted()
  let isTooLarge = false
  const own = beside({ bytes: mostBytes, exceeded: () => (isTooLarge = true) })
  const leave = (): void => own.close()
  signal?.addEventListener('abort', leave)
  try {
    await own.open()
    return await read(own.reader)
  } catch (error) {
    signal?.throwIfAborted()
    throw isTooLarge ? new AppError('TOO_LARGE', { what, mostBytes }) : error
  } finally {
    signal?.removeEventListener('abort', leave)
    own.close()
  }
}
