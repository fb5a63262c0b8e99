import { fromUint8Array, type Bytes } from '../../shared/bytes'
import { cliWords } from '../../shared/words/en/cli-words'
import { UsageError } from '../host/usage-error'

const ESCAPED: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, b: 8, a: 7 }

/**
 * A name as it was typed; `quoted`: with escapes in it, with or without the quotes around it, as redis-cli prints and reads it
 * (https://redis.io/docs/latest/develop/tools/cli/#string-quoting-and-escaping), and as a table shows it. Throws `UsageError`: what is no UTF-8 can only
 * be typed so, since Node has made something else of it by then.
 */
export function readName(what: string, typed: string, quoted: boolean): Bytes {
  if (!quoted) {
    if (typed.includes('\ufffd')) throw new UsageError(cliWords.notUtf8(what))
    return typed
  }
  const inner = /^"(.*)"$/s.exec(typed)?.[1] ?? typed
  const bytes: number[] = []
  const part = /\\x([\da-f]{2})|\\u\{([\da-f]{1,6})\}|\\(.)|([^\\]+)|\\$/gis
  for (const [, hex, point, escaped, plain] of inner.matchAll(part)) {
    if (hex !== undefined) bytes.push(Number.parseInt(hex, 16))
    else if (point !== undefined) bytes.push(...Buffer.from(character(what, point)))
    else if (plain !== undefined) bytes.push(...Buffer.from(plain))
    else if (escaped !== undefined)
      bytes.push(...(ESCAPED[escaped] === undefined ? Buffer.from(escaped) : [ESCAPED[escaped]]))
    else throw new UsageError(cliWords.openEscape(what))
  }
  return fromUint8Array(Uint8Array.from(bytes))
}

function character(what: string, point: string): string {
  const code = Number.parseInt(point, 16)
  if (code > 0x10_ff_ff) throw new UsageError(cliWords.openEscape(what))
  return String.fromCodePoint(code)
}
