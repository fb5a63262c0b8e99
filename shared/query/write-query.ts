import { toUint8Array, type Bytes } from '../bytes'
import type { Comparison, Condition, EntryQuery } from '../model/entry-query'
import { slashed, slashedAt } from './slashed'

const SIGNS: Readonly<Record<Exclude<Comparison, 'has' | 'matches'>, string>> = {
  contains: ':',
  is: '=',
  'is-not': '!=',
  above: '>',
  'at-least': '>=',
  below: '<',
  'at-most': '<=',
}
/** What means nothing else where it stands without quotes. */
const PLAIN = /^(?![-/])[\p{L}\p{N}_.$[\]/+,;#*-]+$/u
const ESCAPES: Readonly<Record<string, string>> = { '"': '\\"', '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' }

/** A query as a person would type it: `readQuery` reads the same from it. */
export function writeQuery(query: EntryQuery): string {
  return query.map((all) => all.map(written).join(' ')).join(' OR ')
}

function written({ not, subject, how, value }: Condition): string {
  const sign = how === 'has' || how === 'matches' ? ':' : SIGNS[how]
  const text = (): string => {
    if (how === 'matches') return patternWritten(subject, slashed(typeof value === 'string' ? value : ''))
    if (subject.kind === 'any') return quoted(value)
    if (subject.kind === 'size') return `@size${how === 'contains' ? '=' : sign}${quoted(value)}`
    if (how === 'has') return `has:${quoted(subject.name)}`
    return `${subject.name === 'has' ? '"has"' : quoted(subject.name)}${sign}${quoted(value)}`
  }
  return `${not ? '-' : ''}${text()}`
}

function patternWritten(subject: Condition['subject'], typed: string): string {
  if (subject.kind === 'field') return `${quoted(subject.name)}~${typed}`
  if (subject.kind === 'size') return `@size~${typed}`
  // Alone it might be read as a path.
  return slashedAt(typed, 0)?.isNoPath === true ? typed : `@any~${typed}`
}

function quoted(value: Bytes): string {
  if (typeof value !== 'string') return `"${[...toUint8Array(value)].map(escapedByte).join('')}"`
  if (PLAIN.test(value) && value !== 'OR') return value
  // eslint-disable-next-line no-control-regex
  return `"${value.replace(/["\\\u0000-\u001f\u007f]/g, (char) => ESCAPES[char] ?? escapedByte(char.charCodeAt(0)))}"`
}

function escapedByte(byte: number): string {
  const char = String.fromCharCode(byte)
  if (byte >= 0x20 && byte < 0x7f) return ESCAPES[char] ?? char
  return ESCAPES[char] ?? `\\x${byte.toString(16).padStart(2, '0')}`
}
