import { fromUint8Array, type Bytes } from '../bytes'
import {
  MOST_CONDITIONS,
  MOST_PATTERNS,
  patternsOf,
  type Comparison,
  type Condition,
  type EntryQuery,
} from '../model/entry-query'
import { isDecimal } from './decimal'
import { ANY_CASE, checkPattern, type PatternFault } from './pattern'
import { isPatternAt, slashedAt } from './slashed'

type Fault =
  | 'nothing'
  | 'open-quote'
  | 'bad-escape'
  | 'no-value'
  | 'no-number'
  | 'nothing-around-or'
  | 'too-many'
  | 'open-pattern'
  | 'bad-flag'
  | 'too-many-patterns'

/** What is wrong with a query, and where, in characters from 0. */
export interface QueryFault {
  readonly code: Fault | PatternFault
  readonly at: number
}

export type QueryRead = { readonly query: EntryQuery } | { readonly fault: QueryFault }

/** The longer first. */
const SIGNS: readonly (readonly [string, Comparison])[] = [
  ['!=', 'is-not'],
  ['>=', 'at-least'],
  ['<=', 'at-most'],
  ['>', 'above'],
  ['<', 'below'],
  ['=', 'is'],
  [':', 'contains'],
  // Only before a pattern (see `isPatternAt`): elsewhere it is a letter as others are.
  ['~/', 'matches'],
]
/** Before a pattern, what is no name of a field. */
const ALL_PATTERNS: ReadonlyMap<Bytes, Condition['subject']> = new Map([
  ['@any', { kind: 'any' }],
  ['@size', { kind: 'size' }],
])
const NUMERIC: readonly Comparison[] = ['above', 'at-least', 'below', 'at-most']
const ESCAPES: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, '"': 34, '\\': 92 }

class Faulty extends Error {
  constructor(readonly fault: QueryFault) {
    super(fault.code)
  }
}

/**
 * A query as it is typed. Words beside each other must all be true, `OR` stands between alternatives, `-` before what must not be
 * true. `4711` or `"two words"`: in any name or value; `status:fail` contains, `status=failed` is, `status!=ok`, `total>=9.99`,
 * `order.items[0].sku=A1` in JSON, `has:error`; `@size>4096` of the whole entry; `sku~/^A-\d+$/i` is a regular expression (`i`: in either case),
 * `@any~/failed/` one of any name or value, as is `/A-\d+/` alone where it can be no path (`/orders/` is a word). In quotes `\xNN` is any byte, `\"`, `\\`, `\n`, `\r` and
 * `\t` what they are elsewhere, and a sign is none.
 */
export function readQuery(text: string): QueryRead {
  try {
    return { query: read(text) }
  } catch (error) {
    if (error instanceof Faulty) return { fault: error.fault }
    throw error
  }
}

function read(text: string): EntryQuery {
  let at = 0
  const fail = (code: QueryFault['code'], where = at): never => {
    throw new Faulty({ code, at: where })
  }
  const skipSpace = (): void => {
    while (/\s/.test(text[at] ?? '')) at += 1
  }
  const signHere = () =>
    SIGNS.find(([sign, how]) => text.startsWith(sign, at) && (how !== 'matches' || isPatternAt(text, at + 1)))

  function quoted(): Bytes {
    const begin = at
    const parts: number[] = []
    at += 1
    while (text[at] !== '"') {
      const char = String.fromCodePoint(text.codePointAt(at) ?? fail('open-quote', begin))
      if (char !== '\\') {
        parts.push(...new TextEncoder().encode(char))
        at += char.length
        continue
      }
      const hex = /^x([0-9a-fA-F]{2})/.exec(text.slice(at + 1, at + 4))?.[1]
      const byte = hex === undefined ? ESCAPES[text[at + 1] ?? ''] : Number.parseInt(hex, 16)
      if (byte === undefined) return fail('bad-escape')
      parts.push(byte)
      at += hex === undefined ? 2 : 4
    }
    at += 1
    return fromUint8Array(Uint8Array.from(parts))
  }
  function bare(endsAtSign: boolean): string {
    const begin = at
    while (at < text.length && !/\s/.test(text[at] ?? '') && !(endsAtSign && signHere())) at += 1
    return text.slice(begin, at)
  }
  const part = (endsAtSign: boolean): Bytes => (text[at] === '"' ? quoted() : bare(endsAtSign))

  /** A regular expression between slashes, which begins here; null where it has no end. `alone`: or may be a path. */
  function pattern(alone: boolean): string | null {
    const slashed = slashedAt(text, at)
    if (slashed === null || (alone && !slashed.isNoPath)) return null
    const { source, flags, places, end } = slashed
    if (flags.replaceAll('i', '') !== '') fail('bad-flag', end - flags.length)
    const check = checkPattern(source)
    if ('fault' in check) fail(check.fault, places[check.at] ?? end)
    at = end
    return flags === '' || source.startsWith(ANY_CASE) ? source : ANY_CASE + source
  }

  function condition(): Condition {
    const begin = at
    const not = text[at] === '-' && /\S/.test(text[at + 1] ?? '')
    if (not) at += 1
    const alone = text[at] === '/' ? pattern(true) : null
    if (alone !== null) return { not, subject: { kind: 'any' }, how: 'matches', value: alone }
    const isQuoted = text[at] === '"'
    const name = part(true)
    const sign = signHere()
    const isAddress = sign?.[0] === ':' && text.startsWith('://', at)
    if (!sign || isAddress || (name === '' && !isQuoted)) {
      const rest = sign ? bare(false) : ''
      const value = typeof name === 'string' ? name + rest : name
      return { not, subject: { kind: 'any' }, how: 'contains', value }
    }
    if (sign[1] === 'matches') {
      at += 1
      const value = pattern(false) ?? fail('open-pattern')
      const ofAll = isQuoted ? undefined : ALL_PATTERNS.get(name)
      return { not, subject: ofAll ?? { kind: 'field', name }, how: 'matches', value }
    }
    at += sign[0].length
    const valueAt = at
    const isAny = text[at] === '"'
    const value = part(false)
    if (value === '' && !isAny) fail('no-value', begin)
    if (!isQuoted && name === 'has' && sign[1] === 'contains') {
      return { not, subject: { kind: 'field', name: value }, how: 'has', value: '' }
    }
    const isSize = !isQuoted && name === '@size'
    if ((NUMERIC.includes(sign[1]) || isSize) && !(typeof value === 'string' && isDecimal(value))) {
      fail('no-number', valueAt)
    }
    // A size has no letters to be contained.
    const how = isSize && sign[1] === 'contains' ? 'is' : sign[1]
    return { not, subject: isSize ? { kind: 'size' } : { kind: 'field', name }, how, value }
  }

  const alternatives: Condition[][] = []
  let current: Condition[] = []
  skipSpace()
  if (at >= text.length) fail('nothing')
  while (at < text.length) {
    if (/^OR(?=\s|$)/.test(text.slice(at))) {
      if (current.length === 0) fail('nothing-around-or')
      alternatives.push(current)
      current = []
      at += 2
    } else current.push(condition())
    if (current.length > MOST_CONDITIONS || alternatives.length >= MOST_CONDITIONS) fail('too-many')
    skipSpace()
  }
  if (current.length === 0) fail('nothing-around-or')
  const query = [...alternatives, current]
  if (patternsOf(query) > MOST_PATTERNS) fail('too-many-patterns')
  return query
}
