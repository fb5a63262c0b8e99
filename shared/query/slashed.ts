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
}

/** Those of JavaScript: more is said of them than that there is none. */
const FLAGS = /[dgimsuvy]*(?=\s|$)/y

/** The one that begins at this slash; null where it has no end, or something stands behind that, as in a path (`/var/log`). */
export function slashedAt(text: string, from: number): Slashed | null {
  let source = ''
  const places: number[] = []
  const take = (unit: number): void => {
    places.push(unit)
    source += text[unit] ?? ''
  }
  let at = from + 1
  for (; text[at] !== '/'; at += 1) {
    if (at >= text.length) return null
    if (text[at] === '\\') {
      if (text[at + 1] !== '/') take(at)
      at += 1
      if (at >= text.length) return null
    }
    take(at)
  }
  places.push(at)
  FLAGS.lastIndex = at + 1
  const flags = FLAGS.exec(text)?.[0]
  return flags === undefined ? null : { source, flags, places, end: at + 1 + flags.length }
}

/** A regular expression as it is typed. */
export function slashed(pattern: string): string {
  const isAnyCase = pattern.startsWith(ANY_CASE)
  const source = isAnyCase ? pattern.slice(ANY_CASE.length) : pattern
  return `/${source.replace(/\\[^]|\//g, (sign) => (sign === '/' ? '\\/' : sign))}/${isAnyCase ? 'i' : ''}`
}
