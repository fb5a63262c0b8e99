import { AppError, isAppError } from '../../shared/error'
import { fromBuffer } from './bytes'

/** A stream that isn't there. */
export function noSuchStream(key: Buffer): AppError<'NOT_FOUND'> {
  return new AppError('NOT_FOUND', { what: 'stream', name: fromBuffer(key) })
}

/** A group that isn't there, or whose stream isn't: Redis says NOGROUP to both. */
export function noSuchGroup(group: Buffer): AppError<'NOT_FOUND'> {
  return new AppError('NOT_FOUND', { what: 'group', name: fromBuffer(group) })
}

/** What Redis says in three different ways (NOGROUP, "no such key", "requires the key to exist") as NOT_FOUND. */
export async function orMissing<T>(work: Promise<T>, key: Buffer, group?: Buffer): Promise<T> {
  try {
    return await work
  } catch (error) {
    throw asMissing(error, key, group)
  }
}

export function asMissing(error: unknown, key: Buffer, group?: Buffer): unknown {
  if (!isAppError(error, 'REDIS')) return error
  const { prefix, reply } = error.data
  if (prefix === 'NOGROUP') return group ? noSuchGroup(group) : noSuchStream(key)
  return /^ERR (no such key|.*requires the key to exist)/i.test(reply) ? noSuchStream(key) : error
}
