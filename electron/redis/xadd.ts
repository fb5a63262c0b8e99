import type { EntryId } from '../../shared/entry-id'
import type { Writer } from './client'
import { noSuchStream } from './missing'
import { asId } from './reply'

/**
 * XADD: the new entry's id. `id` is `*` or explicit; `fields` name, value, name, value…. Unless `create`, a stream that
 * doesn't exist is NOT_FOUND (NOMKSTREAM, 6.2+). `maxLength`: trims the stream to about so many entries (MAXLEN ~).
 * https://redis.io/docs/latest/commands/xadd/
 */
export async function addEntry(
  writer: Writer,
  key: Buffer,
  id: '*' | EntryId,
  fields: readonly Buffer[],
  { create, maxLength }: { readonly create: boolean; readonly maxLength?: number },
): Promise<EntryId> {
  if (fields.length === 0 || fields.length % 2 !== 0) throw new RangeError('an entry is pairs of names and values')
  const options = [...(create ? [] : ['NOMKSTREAM']), ...(maxLength === undefined ? [] : ['MAXLEN', '~', maxLength])]
  const added = await writer.write('XADD', key, ...options, id, ...fields)
  if (added === null) throw noSuchStream(key)
  return asId(added)
}
