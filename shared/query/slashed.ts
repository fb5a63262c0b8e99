import { ANY_CASE } from './pattern'

/** A regular expression as it stands in a query: `/^A-\\d+$/i`. */
export interface Slashed {
  /** Without the backslashes before slashes. */
  readonly source: string
  readonly flags: string
  /** Where each unit of `source` stands in the text, and last where its end does. */
  readonly places: readonly number[]
  /** Behind the flags. */
  readonly end: number
  /** Nobody writes a path so: it has a sign that means something in patterns only, and no blank but behind a backslash or in brackets. */
  readonly isNoPath: boolean
}

/** Those of JavaScript: more is said of them than that there is none. */
const FLAGS = /[dgimsuvy]*(?=\s|$)/y
/** What paths don't have: no point (`/a.b/`), no `*` that has nothing before it (`/*.csv/`), no braces but around numbers (`/{id}/`). */
const SIGN = /[\\^|([]|\$(?=$|[|)])|(?!^)[*+?]|\{\d/
const POSIX = /\[:\^?[a-z]+:\]/y

/** The one that begins at this slash; null where it has no end, or something stands behind that, as in a path (`/var/log`). */
export function slashedAt(text: string, from: number): Slashed | null {
  let source = ''
  const places: number[] = []
  let [classEnd, hasBlank] = [from, false]
  const take = (unit: number): void => {
    places.push(unit)
    source += text[unit] ?? ''
  }
  let at = from + 1
  for (; text[at] !== '/' || at < classEnd; at += 1) {
    if (at >= text.length) return null
    if (text[at] === '\\') {
      if (text[at + 1] !== '/') take(at)
      at += 1
      if (at >= text.length) return null
    } else if (text[at] === '[' && at >= classEnd) classEnd = endOfClass(text, at)
    else if (at >= classEnd && /\s/.test(text[at] ?? '')) hasBlank = true
    take(at)
  }
  places.push(at)
  FLAGS.lastIndex = at + 1
  const flags = FLAGS.exec(text)?.[0]
  if (flags === undefined) return null
  const isNoPath = !hasBlank && SIGN.test(text.slice(from + 1, at))
  return { source, flags, places, end: at + 1 + flags.length, isNoPath }
}

/**
 * Where the bracket stands that closes the one here, as `checkPattern` reads it; this very place where none does. Within brackets a slash ends
 * no pattern.
 */
function endOfClass(text: string, from: number): number {
  let at = from + (text[from + 1] === '^' ? 2 : 1)
  const passOne = (): void => void (at += text[at] === '\\' ? 2 : 1)
  for (let isFirst = true; isFirst || text[at] !== ']'; isFirst = false) {
    if (at >= text.length) return from
    POSIX.lastIndex = at
    const posix = POSIX.exec(text)?.[0]
    if (posix !== undefined) {
      at += posix.length
      continue
    }
    passOne()
    if (text[at] !== '-' || text[at + 1] === ']') continue
    // A range: what looks like a class of names is none at its end.
    at += 1
    passOne()
  }
  return at
}

/** Whether what begins at this slash, behind a `~`, is a pattern, be it without its end: `backup~/x` is a word. */
export function isPatternAt(text: string, from: number): boolean {
  if (slashedAt(text, from) !== null) return true
  const word = /^\S*/.exec(text.slice(from))?.[0] ?? ''
  return /^\/\^|[\\([]/.test(word)
}

/** A regular expression as it is typed, behind a `~`. */
export function slashed(pattern: string): string {
  const isAnyCase = pattern.startsWith(ANY_CASE)
  const source = isAnyCase ? pattern.slice(ANY_CASE.length) : pattern
  return `/${source.replace(/\\[^]|\//g, (sign) => (sign === '/' ? '\\/' : sign))}/${isAnyCase ? 'i' : ''}`
}
