import { isAppError } from '../../../shared/error'
import { outsideWords } from '../../../shared/words/en/outside-words'
import { sentence } from '../../../shared/words/messages'
import { SecretUnavailable } from '../../services/connections/secrets'
import { UsageError } from '../usage-error'

/** Names the option, the variable or the field: `SLUICE_CONNECTIONS: connections.1.url`. */
export function wrong(where: string, problem: string, remedy = ''): UsageError {
  return new UsageError(outsideWords.wrong(where, problem, remedy))
}

/** What `read` gives; what it finds wrong as a `UsageError`. `where`: by the field, which may be none. */
export function readAt<T>(where: (field: string) => string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (!isAppError(error, 'BAD_INPUT')) throw error
    const { field, problem, remedy } = error.data
    const [said, then] = [sentence(problem), sentence(remedy)]
    throw wrong(where(field), said.endsWith(then) ? '' : said, then)
  }
}

/** The same for what may not be had. */
export function notHad(where: string, error: unknown): unknown {
  return error instanceof SecretUnavailable ? wrong(where, `${sentence(error.why)}.`, outsideWords.checkFile) : error
}
