import type { EntryId } from '../../shared/entry-id'
import type { Writer } from './reader-writer'
import { noSuchStream } from './missing'
import { asId, asText } from './reply'

export interface AddOptions {
  /** False: a stream that doesn't exist is NOT_FOUND. */
  readonly create: boolean
  /**
   * False: the server has no NOMKSTREAM (before 6.2), so unless `create` it is asked first whether there is a stream. One
   * that goes just between is made anew.
   */
  readonly noMkStream?: boolean
  /** Trims the stream to about so many entries (MAXLEN ~). */
  readonly maxLength?: number
}

/**
 * XADD: the new entry's id. `id` is `*` or explicit; `fields` name, value, name, value….
 * https://redis.io/docs/latest/commands/xadd/
 */
export async function addEntry(
  writer: Writer,
  key: Buffer,
  id: '*' | EntryId,
  fields: readonly Buffer[],
  { create, noMkStream = true, maxLength }: AddOptions,
): Promise<EntryId> {
  if (fields.length === 0 || fields.length % 2 !== 0) throw new RangeError('an entry is pairs of names and values')
  if (!create && !noMkStream && asText(await writer.reader.call('TYPE', key)) === 'none') throw noSuchStream(key)
  const only = create || !noMkStream ? [] : ['NOMKSTREAM']
  const options = [...only, ...(maxLength === undefined ? [] : ['MAXLEN', '~', maxLength])]
  const added = await writer.write('XADD', key, ...options, id, ...fields)
  if (added === null) throw noSuchStream(key)
  return asId(added)
}
