import type { Bytes } from '../../shared/bytes'
import { quoteBytes } from '../../shared/bytes'
import type { Finding } from '../../shared/judgement/finding'
import { firstRemedy } from '../../shared/judgement/first-remedy'
import { isPlain } from './shell-word'

/** Words of a command with these names of Redis; `rest`: what is no name. */
function commandWords(
  command: string,
  names: readonly Bytes[],
  from: Bytes | null,
  rest: readonly string[] = [],
): readonly string[] {
  const isQuoted = ![...names, ...(from === null ? [] : [from])].every(isPlain)
  const word = (name: Bytes): string => (isQuoted || typeof name !== 'string' ? quoteBytes(name) : name)
  return [
    ...[command, ...names.map(word)],
    ...(from === null ? [] : ['--from', word(from)]),
    ...rest,
    ...(isQuoted ? ['--quoted'] : []),
  ]
}

/** What puts a finding right, looked at first: words of a command; null: nothing does that by itself. */
export function remedyOf(finding: Finding): readonly string[] | null {
  if (!('row' in finding)) return null
  const { key, group } = finding.row
  const names = [key, group.name]
  switch (finding.kind) {
    case 'stalled':
    case 'dead':
      return commandWords(firstRemedy(finding), names, finding.consumer)
    case 'stuck':
      return commandWords('requeue', names, finding.consumer)
    case 'poison': {
      const least = String(finding.peek.poisonDeliveries)
      return commandWords('dead-letter', names, null, ['--min-deliveries', least])
    }
    case 'suspect':
      return commandWords('dead-letter', names, null, ['--id', finding.suspect.id])
    case 'gone':
      return commandWords('ack', names, null, ['--gone'])
    case 'uneven':
      return commandWords('spread', names, finding.consumer)
    case 'lagging':
    case 'growing':
    case 'unattended':
    case 'collision':
    case 'collision-soon':
    case 'trimmed':
    case 'names':
    case 'beyond-end':
      return null
  }
}
