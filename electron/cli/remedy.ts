import type { Bytes } from '../../shared/bytes'
import { quoteBytes } from '../../shared/bytes'
import type { Finding } from '../../shared/judgement/finding'

/** A word as every POSIX shell takes it, whatever is in it. */
export function shellWord(word: string): string {
  return /^[\w:.@/+=-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}

// What a terminal, or a person, could take for something else is written with escapes.
const PLAIN = /^[\x20-\x7e\p{L}\p{N}]*$/u

function isPlain(name: Bytes): name is string {
  return typeof name === 'string' && PLAIN.test(name) && !/^["-]/.test(name) && name !== ''
}

/** A command line of `sluice` with these names of Redis, to be pasted into a shell; `rest`: what is no name. */
export function commandLine(
  command: string,
  names: readonly Bytes[],
  from: Bytes | null,
  rest: readonly string[] = [],
): string {
  const isQuoted = ![...names, ...(from === null ? [] : [from])].every(isPlain)
  const word = (name: Bytes): string => shellWord(isQuoted || typeof name !== 'string' ? quoteBytes(name) : name)
  return [
    ...['sluice', command, ...names.map(word)],
    ...(from === null ? [] : ['--from', word(from)]),
    ...rest,
    ...(isQuoted ? ['--quoted'] : []),
  ].join(' ')
}

/** What puts a finding right, looked at first: a line for the shell; null: nothing does that by itself. */
export function remedyOf(finding: Finding): string | null {
  if (!('row' in finding)) return null
  const { key, group } = finding.row
  const names = [key, group.name]
  switch (finding.kind) {
    case 'stalled':
    case 'dead':
      return commandLine('claim', names, finding.consumer)
    case 'stuck':
      return commandLine('requeue', names, finding.consumer)
    case 'poison':
      return commandLine('dead-letter', names, null, ['--min-deliveries', String(finding.peek.poisonDeliveries)])
    case 'gone':
      return commandLine('ack', names, null, ['--gone'])
    case 'uneven':
      return commandLine('spread', names, finding.consumer)
    case 'lagging':
    case 'growing':
    case 'unattended':
    case 'trimmed':
    case 'names':
    case 'beyond-end':
      return null
  }
}
