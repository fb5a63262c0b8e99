import { isAppError, type AppError } from '../../../shared/error'
import { unreachable } from '../errors'

/** What ssh2 says beyond the text of an error. */
interface SshError extends Error {
  readonly level?: string
  readonly code?: string | number
  /** Of a channel that was not opened. */
  readonly reason?: number | string
}

/** Of a server's own words, so much. */
const MOST_WORDS = 300

/** Why an SSH connection could not be made, or was lost. */
export function sshError(error: unknown, name: string): AppError<'UNREACHABLE'> {
  // Of the one that leads to it.
  if (isAppError(error, 'UNREACHABLE')) return error
  if (!(error instanceof Error)) return unreachable('ssh-closed', name)
  const { level, code, message: text } = error as SshError
  if (level === 'agent') return unreachable('ssh-agent', name)
  if (typeof code === 'string') return fromSystem(code, name)
  // The server's farewell: so it is after too many tries with the keys of an agent.
  if (typeof code === 'number') {
    return unreachable(/authentication/i.test(text) ? 'ssh-auth' : 'ssh-closed', name, words(text))
  }
  if (level === 'client-timeout') return unreachable('ssh-timeout', name)
  if (level === 'client-authentication') return unreachable('ssh-auth', name)
  return unreachable(/Connection lost/.test(text) ? 'ssh-closed' : 'not-ssh', name, words(text))
}

function fromSystem(code: string, name: string): AppError<'UNREACHABLE'> {
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return unreachable('ssh-not-found', name, code)
  if (code === 'ETIMEDOUT') return unreachable('ssh-timeout', name, code)
  if (code === 'ECONNRESET' || code === 'EPIPE') return unreachable('ssh-closed', name, code)
  return unreachable('ssh-refused', name, code)
}

/** https://www.rfc-editor.org/rfc/rfc4254#section-5.1 */
const ADMINISTRATIVELY_PROHIBITED = 1

/** Why the SSH server did not lead on to `to`. */
export function forwardError(error: Error, to: string, name: string): AppError<'UNREACHABLE'> {
  const { reason } = error as SshError
  const at = `${to} from ${name}`
  if (reason === ADMINISTRATIVELY_PROHIBITED) return unreachable('ssh-forward-denied', at)
  return unreachable('ssh-unreached', at, words(error.message.replace(/^\(SSH\) Channel open failure: /, '')))
}

function words(text: string): string {
  return text
    .replace(/\p{Cc}+/gu, ' ')
    .trim()
    .slice(0, MOST_WORDS)
}
