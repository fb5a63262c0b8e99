import type { LoggedPart } from '../../shared/model/command-log'
import { fromBuffer } from './bytes'
import { formOf, type Args, type Form, type WireArgument } from './command-forms'

/** Of a name; what is longer is cut. */
const MOST_NAME_BYTES = 200
/** Parts of one command: the first and the last of more. */
const [FIRST, LAST] = [10, 6]
/** An id, one end of a range, or a figure. */
const FIGURE = /^(?:\(?-?\d{1,20}(?:-(?:\d{1,20}|\*))?|[*$>~=+-])$/
const WORD = /^[A-Z][A-Z_-]{0,30}$/

/** A command as it may be shown to people, and kept. */
export interface ShownCommand {
  readonly command: string
  readonly args: readonly LoggedPart[]
  /** Its size on the line tells no secret. */
  readonly tellsSize: boolean
}

/**
 * Nothing that it gives keeps what it was made of alive: names are copied. An argument that is neither a name, a word nor a figure by
 * its form (`command-forms.ts`) is hidden, and with it all behind it.
 */
export function shownCommand(name: string, args: Args): ShownCommand {
  const command = name.toUpperCase()
  if (!WORD.test(command)) return { command: '?', args: hiddenPart(args, 0, args.length, false), tellsSize: false }
  const form = formOf(command)
  const tellsSize = form.isSecret !== true || args.length === 0
  const names = typeof form.names === 'function' ? form.names(args) : form.names
  const shown = Math.min(args.length, dataAt(form, args))
  const parts: LoggedPart[] = []
  let at = 0
  while (at < shown) {
    if (at === FIRST && shown > FIRST + LAST) {
      at = shown - LAST
      parts.push({ left: at - FIRST })
    }
    const arg = args[at]
    const part = arg === undefined ? null : shownPart(arg, form, names?.includes(at) === true)
    if (part === null && at !== form.hides) break
    parts.push(part ?? { hidden: 1, bytes: sizeOf(args, at, at + 1) })
    at += 1
  }
  return { command, args: [...parts, ...hiddenPart(args, at, args.length, tellsSize)], tellsSize }
}

function dataAt({ data }: Form, args: Args): number {
  return typeof data === 'function' ? Math.max(0, data(args)) : (data ?? args.length)
}

/** Null: it is not to be shown. */
function shownPart(arg: WireArgument, { words = [] }: Form, isName: boolean): LoggedPart | null {
  if (isName) return namePart(arg)
  if (typeof arg !== 'string' || arg.length > 41) return null
  if (FIGURE.test(arg)) return arg
  const word = arg.toUpperCase()
  return words.includes(word) ? word : null
}

function namePart(arg: WireArgument): LoggedPart {
  const raw = typeof arg === 'string' ? Buffer.from(arg) : arg
  if (raw.length <= MOST_NAME_BYTES) return fromBuffer(raw)
  return { start: fromBuffer(wholeCharacters(raw.subarray(0, MOST_NAME_BYTES))), bytes: raw.length }
}

/** Without the beginning of a character that was cut. */
function wholeCharacters(raw: Buffer): Buffer {
  for (let back = 1; back <= 3; back += 1) {
    const byte = raw[raw.length - back] ?? 0
    if (byte < 0x80) return raw
    if (byte >= 0xc0) return back < (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) ? raw.subarray(0, -back) : raw
  }
  return raw
}

function hiddenPart(args: Args, from: number, to: number, tellsSize: boolean): readonly LoggedPart[] {
  return from >= to ? [] : [{ hidden: to - from, bytes: tellsSize ? sizeOf(args, from, to) : null }]
}

function sizeOf(args: Args, from: number, to: number): number {
  let bytes = 0
  for (let at = from; at < to; at += 1) {
    const arg = args[at] ?? ''
    bytes += typeof arg === 'string' ? Buffer.byteLength(arg) : arg.length
  }
  return bytes
}
