import { cliArgument, fromUint8Array, quotedArgument, sameBytes, type Bytes } from '../bytes'
import type { Count } from '../count'
import type { EntryId } from '../entry-id'
import type { Message } from '../model/message'
import { sentence } from '../words/messages'
import {
  bytePieces,
  isDecoded,
  isLarge,
  type Cell,
  type ExportFormat,
  type ExportHead,
  type LargeValue,
  type Part,
  type PendingRow,
  type StreamFacts,
} from './rows'

/** What one XCLAIM may carry without stalling a server. */
const MOST_IDS = 500

/** What a script says as it runs: what it is, and that it is whole. */
export interface ScriptRemarks {
  head(head: ExportHead): Message
  end(rows: number): Message
}

/** A script for redis-cli, with what makes a stream the one that it is of. */
export interface ScriptFormat extends ExportFormat {
  /** XSETID: what the server tells of the stream beside its entries. */
  facts(facts: StreamFacts): string
  /** What is pending in a group, a part of it; in the order of ids. */
  claims(group: Bytes, rows: readonly PendingRow[]): Iterable<string>
  /** An entry that stands in for one that is pending and gone: only what is there can be made pending. */
  standIn(id: EntryId): string
  /** Takes those away again. `firstId`: of the entries that stay; null: none does. */
  withoutStandIns(ids: readonly EntryId[], firstId: EntryId | null): Iterable<string>
}

/**
 * One command a line, as `redis-cli < file` reads it; so does `redis-cli --pipe`, as inline commands, where no line is longer than 64 KiB. Both take any byte
 * by its escape. There are no comments: ECHO says what they would.
 */
export function createScript(key: Bytes, remarks: ScriptRemarks): ScriptFormat {
  const name = cliArgument(key)
  let group: Bytes = ''
  const claims = (of: Bytes, rows: readonly PendingRow[]): Iterable<string> => claimLines(name, of, rows)
  return {
    head(head) {
      if (head.group !== null) group = head.group
      return `${echo(remarks.head(head))}\n`
    },
    *entries(rows) {
      for (const { id, fields } of rows) {
        let text = `XADD ${name} ${id}`
        for (const cell of fields.flat()) {
          const part = argument(cell)
          if (typeof part === 'string') text += ` ${part}`
          else {
            yield `${text} `
            yield part
            text = ''
          }
        }
        yield `${text}\n`
      }
    },
    pending: (rows) => claims(group, rows),
    *groups(rows) {
      for (const { name: of, lastDeliveredId, entriesRead, consumers } of rows) {
        const read = entriesRead === null ? '' : ` ENTRIESREAD ${entriesRead}`
        yield `XGROUP CREATE ${name} ${cliArgument(of)} ${lastDeliveredId} MKSTREAM${read}\n`
        for (const each of consumers)
          yield `XGROUP CREATECONSUMER ${name} ${cliArgument(of)} ${cliArgument(each.name)}\n`
      }
    },
    facts: ({ length, lastGeneratedId, entriesAdded, maxDeletedId }) =>
      `${length === 0 ? madeEmpty(name) : ''}XSETID ${name} ${lastGeneratedId}${countersOf(entriesAdded, maxDeletedId)}\n`,
    claims,
    standIn: (id) => `XADD ${name} ${id} sluice:stand-in ""\n`,
    *withoutStandIns(ids, firstId) {
      // A trim leaves the greatest id that was deleted as it is.
      yield firstId === null ? `XTRIM ${name} MAXLEN = 0\n` : `XTRIM ${name} MINID = ${firstId}\n`
      for (let at = 0; at < ids.length; at += MOST_IDS) yield `XDEL ${name} ${ids.slice(at, at + MOST_IDS).join(' ')}\n`
    },
    end: (rows) => `${echo(remarks.end(rows))}\n`,
  }
}

function echo(text: Message): string {
  return `ECHO ${cliArgument(sentence(text))}`
}

/** A stream is there once it has a group. */
function madeEmpty(name: string): string {
  return `XGROUP CREATE ${name} sluice:none 0 MKSTREAM\nXGROUP DESTROY ${name} sluice:none\n`
}

function countersOf(entriesAdded: Count | null, maxDeletedId: EntryId | null): string {
  return entriesAdded === null || maxDeletedId === null
    ? ''
    : ` ENTRIESADDED ${entriesAdded} MAXDELETEDID ${maxDeletedId}`
}

/** The options of an XCLAIM hold for all of its ids, so a command serves one owner, one count and one time. */
function* claimLines(name: string, group: Bytes, rows: readonly PendingRow[]): Generator<string, void> {
  for (let at = 0; at < rows.length;) {
    const first = rows[at] as PendingRow
    const { consumer, deliveries, deliveredAt } = first
    let end = at + 1
    while (end < rows.length && end - at < MOST_IDS && isAlike(first, rows[end] as PendingRow)) end += 1
    const ids = rows.slice(at, end).map(({ id }) => id)
    const head = `XCLAIM ${name} ${cliArgument(group)} ${cliArgument(consumer)} 0`
    yield `${head} ${ids.join(' ')} TIME ${deliveredAt} RETRYCOUNT ${deliveries} FORCE JUSTID\n`
    at = end
  }
}

function isAlike(a: PendingRow, b: PendingRow): boolean {
  return a.deliveredAt === b.deliveredAt && a.deliveries === b.deliveries && sameBytes(a.consumer, b.consumer)
}

/** As it is stored: nobody decodes for a script. */
function argument(cell: Cell): Part {
  if (isDecoded(cell)) throw new RangeError('a script takes bytes as they are')
  return isLarge(cell) ? largeArgument(cell) : cliArgument(cell)
}

/** Each byte as it stands in a quoted argument. */
const QUOTED = Array.from({ length: 256 }, (_, byte) => {
  return new TextEncoder().encode(quotedArgument(fromUint8Array(Uint8Array.of(byte))).slice(1, -1))
})
const MOST_QUOTED = 4
const ascii = new TextDecoder()

/** The same signs are escaped as in a short one. */
function* largeArgument({ raw }: LargeValue): Generator<string, void> {
  yield '"'
  for (const piece of bytePieces(raw)) {
    const out = new Uint8Array(piece.length * MOST_QUOTED)
    let length = 0
    for (const byte of piece) for (const sign of QUOTED[byte] ?? []) out[length++] = sign
    yield ascii.decode(out.subarray(0, length))
  }
  yield '"'
}
