/** What is wrong with a regular expression. */
export type PatternFault =
  | 'no-pattern'
  | 'pattern-too-long'
  | 'pattern-too-large'
  | 'look-around'
  | 'back-reference'
  | 'odd-group'
  | 'open-group'
  | 'no-group'
  | 'open-class'
  | 'odd-class'
  | 'reversed-range'
  | 'nothing-repeated'
  | 'repeated-twice'
  | 'odd-repeat'
  | 'odd-escape'
  | 'odd-property'
  | 'not-taken'

/** `size`: how many steps its program has, about; a text takes no more than that for each of its characters. */
export type PatternCheck = { readonly size: number } | { readonly fault: PatternFault; readonly at: number }

/** Of a pattern, in characters. */
export const MOST_PATTERN = 500
/** Steps of its program, about. */
export const MOST_SIZE = 1_000
/** Of a repeat in braces. */
const MOST_REPEATED = 1_000
/** At the beginning: capitals and small letters are not told apart. */
export const ANY_CASE = '(?i)'

const BRACES = /\{(\d+)(,(\d*))?\}/y
const BYTE = /x[0-9a-fA-F]{2}|x\{[0-9a-fA-F]{1,6}\}/y
const PROPERTY = /[pP](?:\{(\^?)([A-Za-z_]{1,20})\}|([LMNPSZC]))/y
const POSIX = /\[:\^?(?:alnum|alpha|ascii|blank|cntrl|digit|graph|lower|print|punct|space|upper|word|xdigit):\]/y
const LAST_CODE_POINT = 0x10ffff
/** Kinds of characters and scripts that the engine knows: https://github.com/google/re2/wiki/Syntax */
const PROPERTIES: ReadonlySet<string> = new Set(
  (
    'Any L Lu Ll Lt Lm Lo M Mn Mc Me N Nd Nl No P Pc Pd Ps Pe Pi Pf Po S Sm Sc Sk So Z Zs Zl Zp C Cc Cf ' +
    'Latin Greek Cyrillic Han Hebrew Arabic Hiragana Katakana Hangul Thai Devanagari Armenian Georgian Bengali Tamil'
  ).split(' '),
)
const NAMED: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', f: '\f', v: '\v', a: '\x07' }

class Faulty extends Error {
  constructor(
    readonly fault: PatternFault,
    readonly at: number,
  ) {
    super(fault)
  }
}

/**
 * Whether the engine takes a regular expression, which is of RE2's kind (no look-around, no back references: so a text takes time by its
 * length alone), and how large that is; else what is wrong, and where, in UTF-16 units from 0.
 */
export function checkPattern(source: string): PatternCheck {
  try {
    const begin = source.startsWith(ANY_CASE) ? ANY_CASE.length : 0
    if (source.length === begin) throw new Faulty('no-pattern', begin)
    if (source.length > MOST_PATTERN + begin) throw new Faulty('pattern-too-long', MOST_PATTERN + begin)
    return { size: createReader(source, begin).read() }
  } catch (error) {
    if (error instanceof Faulty) return { fault: error.fault, at: error.at }
    throw error
  }
}

function createReader(source: string, begin: number): { read(): number } {
  let at = begin
  const matchHere = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at
    const found = pattern.exec(source)
    if (found) at += found[0].length
    return found
  }
  const fail = (fault: PatternFault, where = at): never => {
    throw new Faulty(fault, where)
  }
  /** A whole character, which may be two units. */
  const next = (): string => {
    const char = String.fromCodePoint(source.codePointAt(at) ?? 0)
    at += char.length
    return char
  }

  /** Alternatives, up to the end or the bracket that ends their group. */
  function alternatives(): number {
    let size = sequence()
    while (source[at] === '|') {
      at += 1
      size += sequence() + 1
      if (size > MOST_SIZE) fail('pattern-too-large')
    }
    return size
  }

  function sequence(): number {
    let size = 0
    while (at < source.length && source[at] !== '|' && source[at] !== ')') {
      if (isRepeat()) fail('nothing-repeated')
      size += repeated(atom())
      if (size > MOST_SIZE) fail('pattern-too-large', at - 1)
    }
    return size
  }

  function isRepeat(): boolean {
    const sign = source[at] ?? ''
    if ('*+?'.includes(sign)) return sign !== ''
    BRACES.lastIndex = at
    return sign === '{' && BRACES.test(source)
  }

  /** So large is what was just read, with how often it may be there. */
  function repeated(size: number): number {
    if (at >= source.length || !isRepeat()) return size
    const from = at
    const times = source[at] === '{' ? braces() : ((at += 1), 1)
    if (source[at] === '?') at += 1
    if (at < source.length && isRepeat()) fail('repeated-twice')
    const all = Math.max(1, size) * times + 1
    return all > MOST_SIZE ? fail('pattern-too-large', from) : all
  }

  function braces(): number {
    const from = at
    const [, fewest = '', more, most = ''] = matchHere(BRACES) ?? []
    const [low, high] = [Number(fewest), Number(most === '' ? fewest : most)]
    const isOdd = high < low || high > MOST_REPEATED || [fewest, most].some((digits) => /^0\d/.test(digits))
    if (isOdd) fail('odd-repeat', from)
    return Math.max(1, high) + (more !== undefined && most === '' ? 1 : 0)
  }

  function atom(): number {
    const from = at
    const char = next()
    if (char === '(') return group(from)
    if (char === '[') return characters(from)
    if (char === '\\') escaped(from, true)
    return 1
  }

  function group(from: number): number {
    if (source[at] === '?') {
      if (/^\?<?[=!]/.test(source.slice(at, at + 3))) fail('look-around', from)
      if (source[at + 1] !== ':') fail('odd-group', from)
      at += 2
    }
    const size = alternatives()
    if (source[at] !== ')') fail('open-group', from)
    at += 1
    return size + 1
  }

  /** What stands behind a backslash; its code point, or null where it means several characters, or none. */
  function escaped(from: number, isOutside: boolean): number | null {
    if (at >= source.length) fail('odd-escape', from)
    const byte = matchHere(BYTE)
    if (byte) {
      const point = Number.parseInt(byte[0].replace(/[x{}]/g, ''), 16)
      return point > LAST_CODE_POINT ? fail('odd-escape', from) : point
    }
    if (source[at] === 'p' || source[at] === 'P') {
      const [, , name, letter] = matchHere(PROPERTY) ?? fail('odd-property', from)
      if (!PROPERTIES.has(name ?? letter ?? '')) fail('odd-property', from)
      return null
    }
    const char = next()
    if (/[1-9k]/.test(char)) fail('back-reference', from)
    if (/[dDwWsS]/.test(char) || (isOutside && /[bB]/.test(char))) return null
    const meant = NAMED[char] ?? char
    if (meant === char && !/[ -/:-@[-`{-~]/.test(char)) fail('odd-escape', from)
    return meant.codePointAt(0) ?? 0
  }

  function characters(from: number): number {
    if (source[at] === '^') at += 1
    let isFirst = true
    while (isFirst || source[at] !== ']') {
      if (at >= source.length) fail('open-class', from)
      isFirst = false
      if (source.startsWith('[:', at)) {
        if (!matchHere(POSIX)) fail('odd-class')
        continue
      }
      const begun = at
      const low = one()
      const isRange = source[at] === '-' && at + 1 < source.length && source[at + 1] !== ']'
      if (low === null || !isRange) continue
      at += 1
      const high = one() ?? fail('reversed-range', begun)
      if (high < low) fail('reversed-range', begun)
    }
    at += 1
    return 1
  }

  function one(): number | null {
    const from = at
    const char = next()
    return char === '\\' ? escaped(from, false) : (char.codePointAt(0) ?? 0)
  }

  return {
    read() {
      const size = alternatives()
      if (at < source.length) fail('no-group')
      return size
    },
  }
}
