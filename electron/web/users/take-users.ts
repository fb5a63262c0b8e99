import type { Logger } from 'pino'
import { webWords } from '../../../shared/words/en/web-words'
import { UsageError } from '../../host/usage-error'
import { openUsers, type Users } from './users'
import { UsersUnreadable } from './users-file'

/** Throws `UsageError`: nobody is let in by a file that can't be believed. */
export function takeUsers(file: string, log: Logger): Users {
  return inWords(file, () => openUsers(file, log))
}

/** What `read` gives; why it can't be read as a `UsageError`. */
export function inWords<T>(file: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof UsersUnreadable)) throw error
    if (error.why === 'not-private') throw new UsageError(webWords.usersNotPrivate(file))
    if (error.why === 'damaged') throw new UsageError(webWords.usersDamaged(file))
    throw new UsageError(webWords.usersUnreadable(file, error.code))
  }
}
