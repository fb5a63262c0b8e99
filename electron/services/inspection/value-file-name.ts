import type { EntryId } from '../../../shared/entry-id'

const MOST_CHARS = 60

/** A name for a file that every system takes, whatever stream and field are called: plain letters, and no path. */
export function valueFileName(key: Buffer, id: EntryId, field: Buffer): string {
  return `${plain(key, 'stream')}-${id}-${plain(field, 'field')}.bin`
}

/** A part of such a name. */
export function plain(name: Buffer, otherwise: string): string {
  const text = name
    .subarray(0, MOST_CHARS)
    .toString('latin1')
    .replace(/[^A-Za-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
  // Windows takes CON, NUL and the like for devices, also before a dot; here a dash and an id always follow.
  return text === '' ? otherwise : text
}
