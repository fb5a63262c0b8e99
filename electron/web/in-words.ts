import { webWords } from '../../shared/words/en/web-words'
import { UsageError } from '../host/usage-error'
import { KeptUnreadable } from './kept-file'

/** What `read` gives; why nobody can be let in by a file as a `UsageError`. `command`: by which it is written. */
export function inWords<T>(file: string, command: 'user' | 'token', read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof KeptUnreadable)) throw error
    if (error.why === 'not-private') throw new UsageError(webWords.keptNotPrivate(file))
    if (error.why === 'damaged') throw new UsageError(webWords.keptDamaged(file, command))
    throw new UsageError(webWords.keptUnreadable(file, error.code))
  }
}
