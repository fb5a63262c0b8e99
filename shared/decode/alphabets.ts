/*
 * Whether a text is of the signs that base64 or hex are written in. By hand, sign by sign: a regular expression runs out of stack on megabytes of it, or
 * for minutes on `====…x`.
 */
const [PLAIN, ADDRESS, HEX] = [1, 2, 4]
const KINDS = new Uint8Array(128)
function mark(signs: string, kind: number): void {
  for (const sign of signs) KINDS[sign.charCodeAt(0)] = (KINDS[sign.charCodeAt(0)] ?? 0) | kind
}
mark('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789', PLAIN | ADDRESS)
mark('+/', PLAIN)
mark('-_', ADDRESS)
mark('0123456789abcdefABCDEF', HEX)

/** Where the first sign stands that is none of the kind; -1: there is none. */
function firstOther(text: string, from: number, to: number, kinds: number): number {
  for (let at = from; at < to; at += 1) if (((KINDS[text.charCodeAt(at)] ?? 0) & kinds) === 0) return at
  return -1
}

/** Without the `=` at its end, two at most. */
export function withoutPadding(text: string): string {
  const end = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0
  return text.slice(0, text.length - end)
}

/** Of the alphabet with `+` and `/`, or the one for addresses, or both. */
export function firstNotBase64(body: string): number {
  return firstOther(body, 0, body.length, PLAIN | ADDRESS)
}

export function firstNotHex(digits: string): number {
  return firstOther(digits, 0, digits.length, HEX)
}

const LEAST_ADDRESS = 16

/** As programs write it: padded to fours, or, of the alphabet for addresses, of some length. */
export function looksBase64(text: string): boolean {
  const body = withoutPadding(text)
  if (body === '' || body.length % 4 === 1) return false
  if (text.length % 4 === 0 && firstOther(body, 0, body.length, PLAIN) < 0) return true
  return body.length >= LEAST_ADDRESS && firstOther(body, 0, body.length, ADDRESS) < 0
}

const LEAST_HEX = 16

/** Pairs of digits, eight of them or more, perhaps behind `0x` or `\x`. */
export function looksHex(text: string): boolean {
  const from = text.startsWith('0x') || text.startsWith('\\x') ? 2 : 0
  const count = text.length - from
  return count >= LEAST_HEX && count % 2 === 0 && firstOther(text, from, text.length, HEX) < 0
}
