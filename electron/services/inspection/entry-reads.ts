import type { Bytes } from '../../../shared/bytes'
import type { EntryId } from '../../../shared/entry-id'
import { entryAsJson, MOST_TEXT_BYTES, xaddCommand } from '../../../shared/entry-text'
import { AppError } from '../../../shared/error'
import type { Mask } from '../../../shared/masking/mask'
import type { Entry, EntryFields, SavedValue } from '../../../shared/model/entry'
import { message } from '../../../shared/words/messages'
import { fromBuffer, toBuffer } from '../../redis/bytes'
import type { Topology } from '../../redis/topology'
import { entryBytes, type RawEntry } from '../../redis/xrange'
import { createTurns } from '../lib/turns'
import { readEntry } from './entries'
import { fieldsOf, type FieldsWanted } from './entry-fields'
import { viewEntry, WHOLE_ENTRY } from './entry-view'
import { readLargeReply } from './large-reply'
import { maskBytes, maskRaw } from './mask-raw'
import type { SaveFile } from './save-file'
import { valueFileName } from './value-file-name'

const MIB = 1024 * 1024
/** Of one entry, unless more is asked for. */
export const LOOK_BYTES = 8 * MIB
/** What Redis itself allows in one value, about. */
export const LARGE_BYTES = 512 * MIB
/** An entry that is known to be no larger is read on the connection that all else is read on: a slow line has it in a moment. */
const SMALL_BYTES = 64 * 1024
/** At a time, of all connections together: what they may take is kept in memory meanwhile. */
const MOST_LOOKS = 8
const MOST_LARGE = 2

export interface OneEntry {
  readonly connectionId: string
  readonly key: Bytes
  readonly id: EntryId
}

export interface OneField extends OneEntry {
  readonly at: number
  /** The field's name, or its beginning, as it was shown. */
  readonly name: Bytes
}

/** What of it is masked; none: nothing. */
export interface Masking {
  readonly mask?: Mask | null | undefined
}

export interface EntryReads {
  get(entry: OneEntry, signal?: AbortSignal): Promise<Entry>
  fields(
    entry: OneEntry & FieldsWanted & { readonly size?: number | undefined; readonly large: boolean },
    signal?: AbortSignal,
  ): Promise<EntryFields>
  /** One value whole, by its position. Throws NOT_FOUND field where another is there. */
  value(entry: OneField, signal?: AbortSignal): Promise<Buffer>
  /** Throws BAD_INPUT where it is masked. */
  saveValue(entry: OneField & Masking, signal?: AbortSignal): Promise<SavedValue>
  text(
    entry: OneEntry & Masking & { readonly as: 'redis-cli' | 'json' },
    signal?: AbortSignal,
  ): Promise<{ readonly text: string; readonly masked: number }>
}

export interface EntryReadsOptions {
  topology(connectionId: string): Topology
  readonly saveFile: SaveFile
}

/**
 * Single entries, however large. Nobody knows an entry's size before its reply comes, so what may be large is read on a
 * connection of its own: 8 MiB, or 512 where it was asked for. One of each at a time, so that a slow server holds up nobody
 * but those who ask it. All throw NOT_FOUND entry or stream, TOO_LARGE.
 */
export function createEntryReads({ topology, saveFile }: EntryReadsOptions): EntryReads {
  const looks = createTurns(MOST_LOOKS)
  const large = createTurns(MOST_LARGE)
  /** A value that is saved is kept until it is written or fetched. */
  const saves = createTurns(MOST_LARGE)

  async function read(
    { connectionId, key, id }: OneEntry,
    mostBytes: number,
    signal: AbortSignal | undefined,
    what: 'entry' | 'value' = 'entry',
  ): Promise<RawEntry> {
    const name = toBuffer(key)
    const servers = topology(connectionId)
    const end = await (mostBytes > LOOK_BYTES ? large : looks).take(connectionId, signal)
    try {
      return await readLargeReply(
        (purpose) => servers.beside(name, purpose),
        { what, mostBytes, signal },
        (reader) => readEntry(reader, name, id),
      )
    } finally {
      end()
    }
  }

  return {
    get: async (entry, signal) => viewEntry(await read(entry, LOOK_BYTES, signal), WHOLE_ENTRY),
    async fields(entry, signal) {
      const { connectionId, key, id, size } = entry
      const name = toBuffer(key)
      const isSmall = size !== undefined && size <= SMALL_BYTES
      const raw = isSmall
        ? await readEntry(topology(connectionId).clientOf(name).reader, name, id)
        : await read(entry, entry.large ? LARGE_BYTES : LOOK_BYTES, signal)
      return fieldsOf(raw, entry)
    },
    value: async (entry, signal) => valueOf(await read(entry, LOOK_BYTES, signal), entry),
    async saveValue(entry, signal) {
      const name = toBuffer(entry.name)
      let end = (): void => undefined
      const readValue = async (): Promise<Buffer> => {
        end = await saves.take(entry.connectionId, signal)
        const value = valueOf(await read(entry, LARGE_BYTES, signal, 'value'), entry)
        requireShown(entry.mask, entry.name, value)
        return value
      }
      try {
        const { outcome, done } = await saveFile(valueFileName(toBuffer(entry.key), entry.id, name), readValue)
        void done.then(end)
        return outcome
      } catch (error) {
        end()
        throw error
      }
    },
    async text(entry, signal) {
      const raw = await read(entry, LOOK_BYTES, signal)
      if (entryBytes(raw) > MOST_TEXT_BYTES) {
        throw new AppError('TOO_LARGE', { what: 'text', mostBytes: MOST_TEXT_BYTES })
      }
      const shown = maskRaw(entry.mask ?? null, raw)
      const fields = pairsOf(shown.entry)
      if (entry.as === 'json') return { text: entryAsJson(raw.id, fields), masked: shown.count }
      // What is not whole must not be sent by mistake.
      const mark = shown.count > 0 ? '# ' : ''
      return { text: `${mark}${xaddCommand(entry.key, raw.id, fields)}`, masked: shown.count }
    },
  }
}

/** Throws BAD_INPUT where something of the value is masked. */
export function requireShown(mask: Masking['mask'], name: Bytes, value: Buffer): void {
  if (!mask || maskBytes(mask, name, value) === null) return
  const [problem, remedy] = [message('masking.not-saved'), message('masking.show-first')]
  throw new AppError('BAD_INPUT', { field: 'unmasked', problem, remedy })
}

/** Throws NOT_FOUND field. */
function valueOf({ fields }: RawEntry, { at, name }: OneField): Buffer {
  const [field, value] = fields.slice(at * 2, at * 2 + 2)
  const shown = toBuffer(name)
  if (!field || !value || !field.subarray(0, shown.length).equals(shown)) {
    throw new AppError('NOT_FOUND', { what: 'field', name })
  }
  return value
}

function pairsOf({ fields }: RawEntry): readonly (readonly [Bytes, Bytes])[] {
  const pairs: (readonly [Bytes, Bytes])[] = []
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const [name = Buffer.alloc(0), value = Buffer.alloc(0)] = fields.slice(at, at + 2)
    pairs.push([fromBuffer(name), fromBuffer(value)])
  }
  return pairs
}
