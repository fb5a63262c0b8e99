import { quotedText } from './cli-words'

/** A value of a reply as redis-cli prints it for people. */
export interface ReplyValue {
  /** Which one it is of each list that it is in, from the outermost one, from 1. */
  readonly path: readonly number[]
  /** Null: it is no text: `(nil)`, `(integer) 1`, `(empty array)`. */
  readonly text: Buffer | null
}

const INDEX = /^( *)(\d{1,10})\) /

/**
 * Reads the lines of a reply one after the other, as `1) 1) "1-0"` and `   2) 1) "name"`. Each list's numbers end in a column of their own, by
 * which what follows is told to be of it. Null: not so here.
 */
export function createReplyReader(): (line: Buffer) => ReplyValue | null {
  const lists: { readonly column: number; at: number }[] = []
  return (line) => {
    const found: { readonly column: number; readonly at: number }[] = []
    let column = 0
    // No index is longer; what follows may be.
    for (let match = indexAt(line, 0); match !== null; match = indexAt(line, column)) {
      column += match[0].length
      found.push({ column, at: Number(match[2]) })
    }
    const [first, ...inner] = found
    if (first === undefined || inner.some(({ at }) => at !== 1)) return null
    const depth = lists.length === 0 ? 0 : lists.findIndex((list) => list.column === first.column)
    if (depth === -1 || first.at !== (lists[depth]?.at ?? 0) + 1) return null
    lists.length = depth
    lists.push(first, ...inner)
    const rest = line.subarray(column)
    const text = quotedText(rest)
    if (text === null && rest[0] === 0x22) return null
    return { path: lists.map(({ at }) => at), text }
  }
}

/** Numbers are at most so wide, with what they are moved in by. */
const MOST_INDEX_BYTES = 64

function indexAt(line: Buffer, from: number): RegExpExecArray | null {
  return INDEX.exec(line.subarray(from, from + MOST_INDEX_BYTES).toString('latin1'))
}
