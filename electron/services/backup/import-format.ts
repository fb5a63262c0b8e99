import type { ImportFormat } from '../../../shared/model/entry-import'
import type { Message } from '../../../shared/model/message'
import { message } from '../../../shared/words/messages'
import { cliKind, type CliKind } from './import-redis-cli'

/** So much is looked at. */
const PEEKED_BYTES = 64 * 1024
const FEED = 0x0a
const UTF8_MARK = Buffer.from([0xef, 0xbb, 0xbf])

/** What is no text of UTF-8, by how it begins. */
const OTHERS: readonly (readonly [start: readonly number[], what: Message, remedy: Message])[] = [
  [[0xff, 0xfe], message('entry-import.utf-16'), message('entry-import.save-utf-8')],
  [[0xfe, 0xff], message('entry-import.utf-16'), message('entry-import.save-utf-8')],
  [[0x50, 0x4b, 0x03, 0x04], message('entry-import.zip'), message('entry-import.save-csv')],
  [[0x1f, 0x8b], message('entry-import.packed'), message('entry-import.unpack')],
  [[0x28, 0xb5, 0x2f, 0xfd], message('entry-import.packed'), message('entry-import.unpack')],
]

export interface Peeked {
  /** By how it begins: what redis-cli reads or prints, JSON, or else CSV. */
  readonly format: ImportFormat
  /** Which of what redis-cli reads or prints; null: none of it. */
  readonly cli: CliKind | null
  /** Of CSV: what stands between two cells. */
  readonly separator: ',' | ';' | '\t'
  /** Why it is no text at all, and what to do. */
  readonly wrong: { readonly why: Message; readonly remedy: Message } | null
  /** All of it, without its byte order mark. */
  readonly chunks: AsyncIterable<Buffer>
}

/** Looks at the first line. */
export async function peek(chunks: AsyncIterable<Buffer>): Promise<Peeked> {
  const source = chunks[Symbol.asyncIterator]()
  let first: Buffer = Buffer.alloc(0)
  let isAll = false
  while (first.length < PEEKED_BYTES && !first.includes(FEED)) {
    const next = await source.next()
    isAll = next.done === true
    if (next.done === true) break
    first = Buffer.concat([first, next.value])
  }
  const other = OTHERS.find(([start]) => start.every((byte, at) => first[at] === byte))
  // Nobody reads on.
  if (other !== undefined) await source.return?.()
  const text = first.subarray(0, 3).equals(UTF8_MARK) ? first.subarray(3) : first
  const begin = text.subarray(0, PEEKED_BYTES).toString('latin1')
  const cli = cliKind(begin)
  return {
    format: cli !== null ? 'redis-cli' : /^\s*(?:[{[]|$)/.test(begin) ? 'jsonl' : 'csv',
    cli,
    separator: separatorOf(text),
    wrong: other === undefined ? null : { why: other[1], remedy: other[2] },
    chunks: joined(text, source, isAll),
  }
}

async function* joined(first: Buffer, source: AsyncIterator<Buffer>, isAll: boolean): AsyncGenerator<Buffer, void> {
  try {
    yield first
    while (!isAll) {
      const next = await source.next()
      if (next.done === true) return
      yield next.value
    }
  } finally {
    await source.return?.()
  }
}

/** Which one stands most often between the cells of the first line: spreadsheets of many countries write semicolons. */
function separatorOf(text: Buffer): Peeked['separator'] {
  const end = text.indexOf(FEED)
  const bare = text
    .subarray(0, end === -1 ? undefined : end)
    .toString('latin1')
    .replace(/"(?:[^"]|"")*"/g, '')
  // An export of Sluice's, whatever its fields are named.
  if (bare.startsWith('id,time,')) return ','
  const all = ([',', ';', '\t'] as const).map((sign) => [sign, bare.split(sign).length] as const)
  return all.reduce((best, each) => (each[1] > best[1] ? each : best))[0]
}
