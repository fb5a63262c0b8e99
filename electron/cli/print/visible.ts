import { displayBytes, NOT_DRAWN } from '../../../shared/bytes'

/**
 * Text as a terminal may be given it: no byte of it moves the cursor, changes a colour, hides or turns what stands beside it.
 * Whatever a server, a file or a person sent passes here. `printable` goes on: what a terminal draws from what it was told.
 * https://www.unicode.org/reports/tr36/
 */
export function visible(text: string): string {
  return displayBytes(text.replace(UNPAIRED, '\ufffd'))
}

/** A half of a character is none that UTF-8 can write. */
const UNPAIRED = /\p{Surrogate}/gu
const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' })
/** What takes two cells: https://www.unicode.org/reports/tr11/ and emoji that are drawn as such. */
const WIDE =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{1b000}-\u{1b2ff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}|\ufe0f/u
const NO_WIDTH = /^[\p{Mark}\u200c\u200d]+$/u
const PLAIN = /^[\x20-\x7e]*$/

/** The cells that a terminal needs for it. */
export function cellWidth(text: string): number {
  if (PLAIN.test(text)) return text.length
  let width = 0
  for (const { segment } of graphemes.segment(text)) width += widthOf(segment)
  return width
}

function widthOf(grapheme: string): number {
  if (NO_WIDTH.test(grapheme)) return 0
  return WIDE.test(grapheme) ? 2 : 1
}

const ELLIPSIS = '…'

/** Its beginning and its end, with what is left out marked; whole where there is room. `width`: 1 at least. */
export function cutTo(text: string, width: number): string {
  if (cellWidth(text) <= width) return text
  const parts = [...graphemes.segment(text)].map(({ segment }) => segment)
  const room = width - 1
  const end = take([...parts].reverse(), Math.floor(room / 2)).reverse()
  const rest = room - end.reduce((sum, each) => sum + widthOf(each), 0)
  return `${take(parts, rest).join('')}${ELLIPSIS}${end.join('')}`
}

function take(parts: readonly string[], width: number): string[] {
  const taken: string[] = []
  let left = width
  for (const part of parts) {
    left -= widthOf(part)
    if (left < 0) break
    taken.push(part)
  }
  return taken
}

/** JSON that no terminal is harmed by either: the same value, with what is not to be drawn escaped. */
export function safeJson(value: unknown): string {
  return JSON.stringify(value, bigintAsText).replace(NOT_DRAWN, (char) =>
    [...char.split('')].map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`).join(''),
  )
}

/** Beyond what a number of JSON holds for everybody. */
function bigintAsText(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value
}
