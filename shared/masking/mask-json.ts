import { HIDDEN } from './hidden'
import { ROOT, type NameMask, type NamePath } from './names'

/** What a string within JSON is to be written as; null: as it is. */
export type MaskString = (text: string, path: NamePath) => string | null

const MOST_DEPTH = 1_000
const WORD = /[-+.\w]+/y
const IS_VALUE = /^(?:true|false|null|NaN|-?Infinity|-?[\d.]+(?:[eE][-+]?\d*)?)$/
/** A string that may be more than it looks: names and values, or something packed. */
const LEAST_INNER = 6
const MAY_HOLD_MORE = /[=:<>{\\;]|[\w+/-]{12}/
const SPACE = /\s*/y

interface Frame {
  readonly path: NamePath
  /** Of the member whose value comes next. */
  member: NamePath | null
}

/**
 * JSON with the values of hidden keys replaced, and all else as it was written, byte for byte: numbers, order, repeated keys, blanks. A text that
 * is cut off is read as far as it goes. Null: that is no JSON, so nothing can be said of what is a value in it.
 * Linear in the text.
 */
export function maskJson(mask: NameMask, text: string, path: NamePath = ROOT, inString?: MaskString): string | null {
  const stack: Frame[] = [{ path, member: null }]
  const parts: string[] = []
  let copied = 0
  let at = text.startsWith('\ufeff') ? 1 : 0

  const replace = (from: number, to: number, by: string): void => {
    parts.push(text.slice(copied, from), by)
    copied = to
  }

  while (at < text.length) {
    const frame = stack.at(-1) as Frame
    const char = text[at] as string
    if (char === '"') {
      const end = stringEnd(text, at)
      const colon = behindSpace(text, end)
      if (text[colon] === ':') {
        const told = mask.within(frame.path, unquoted(text.slice(at, end)))
        frame.member = told.path
        at = behindSpace(text, colon + 1)
        if (!told.hides) continue
        const to = valueEnd(text, at)
        if (isSecret(text.slice(at, to))) replace(at, to, `"${HIDDEN}"`)
        at = to
      } else {
        const written = text.slice(at, end)
        const isPlain = end - at < LEAST_INNER || !MAY_HOLD_MORE.test(written)
        const by = isPlain ? null : (inString?.(unquoted(written), frame.member ?? frame.path) ?? null)
        if (by !== null) replace(at, end, JSON.stringify(by))
        at = end
      }
    } else if (char === '{' || char === '[') {
      if (stack.length > MOST_DEPTH) return null
      stack.push({ path: frame.member ?? frame.path, member: null })
      at += 1
    } else if (char === '}' || char === ']') {
      if (stack.length > 1) stack.pop()
      at += 1
    } else if (char === ',' || char === ':') {
      if (char === ',') frame.member = null
      at += 1
    } else {
      const to = behindSpace(text, at)
      if (to > at) at = to
      else {
        WORD.lastIndex = at
        const word = WORD.exec(text)?.[0]
        if (word === undefined || !(IS_VALUE.test(word) || at + word.length === text.length)) return null
        at += word.length
      }
    }
  }
  return copied === 0 ? text : [...parts, text.slice(copied)].join('')
}

/** Whether there is anything to hide: an empty value is none. */
function isSecret(value: string): boolean {
  return !['', '""', 'null', '{}', '[]'].includes(value)
}

function behindSpace(text: string, at: number): number {
  SPACE.lastIndex = at
  SPACE.exec(text)
  return SPACE.lastIndex
}

/** Behind its closing quote, or the end of the text. */
function stringEnd(text: string, from: number): number {
  let at = from + 1
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1
  return Math.min(at + 1, text.length)
}

/** Behind the whole value, or the end of the text. */
function valueEnd(text: string, from: number): number {
  if (text[from] === '"') return stringEnd(text, from)
  let open = 0
  let at = from
  while (at < text.length) {
    const char = text[at] as string
    if (char === '"') {
      at = stringEnd(text, at)
      continue
    }
    if (char === '{' || char === '[') open += 1
    else if (char === '}' || char === ']') {
      open -= 1
      if (open <= 0) return open === 0 ? at + 1 : at
    } else if (open === 0 && (char === ',' || /\s/.test(char))) return at
    at += 1
  }
  return at
}

/** What a string of JSON says, also of one that is cut off or broken. */
function unquoted(written: string): string {
  if (!written.includes('\\')) return written.slice(1, written.length > 1 && written.endsWith('"') ? -1 : undefined)
  try {
    return JSON.parse(written) as string
  } catch {
    return written
      .slice(1, written.endsWith('"') ? -1 : undefined)
      .replace(/\\u([\da-fA-F]{4})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
      .replace(/\\(.)/gs, '$1')
  }
}
