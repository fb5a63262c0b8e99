import type { Connection } from '../../shared/model/connection'
import { outsideWords } from '../../shared/words/en/outside-words'
import { UsageError } from './usage-error'

/** The connection of this id or, where there is none, of this name, as `--connection` says it. Throws `UsageError` for none, or several. */
export function namedConnection(all: readonly Connection[], named: string): Connection {
  const byId = all.filter(({ id }) => id === named)
  const [found, another] = byId.length > 0 ? byId : all.filter(({ name }) => name === named)
  if (another !== undefined) throw new UsageError(outsideWords.connectionTwice(named))
  if (found !== undefined) return found
  throw new UsageError(outsideWords.noSuchConnection(named, all.map(({ name }) => name).join(', ')))
}
