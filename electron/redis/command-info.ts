import type { Reader } from './reader-writer'
import { asList } from './reply'

/**
 * COMMAND INFO: which of the commands the server has. Null when it won't tell: some managed servers refuse COMMAND, or
 * answer nothing to it. https://redis.io/docs/latest/commands/command-info/
 */
export async function knownCommands(reader: Reader, names: readonly string[]): Promise<ReadonlySet<string> | null> {
  const replies = asList(await reader.call('COMMAND', 'INFO', ...names))
  const known = new Set(names.filter((_, at) => Array.isArray(replies[at])))
  return known.size === 0 ? null : known
}
