import type { Bytes } from '../../shared/bytes'
import { isAddress } from './address'

/** A word as every POSIX shell takes it, whatever is in it. */
export function shellWord(word: string): string {
  return /^[\w:.@/+=-]+$/.test(word) ? word : singleQuoted(word)
}

/** The same with quotes in any case. */
export function singleQuoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`
}

// What a terminal, or a person, could take for something else is written with escapes.
const PLAIN = /^[\x20-\x7e\p{L}\p{N}]*$/u

/** Whether a name stands for itself on a command line of Sluice: not for an option, an address, or nothing. */
export function isPlain(name: Bytes): name is string {
  return typeof name === 'string' && PLAIN.test(name) && !/^["-]/.test(name) && name !== '' && !isAddress(name)
}
