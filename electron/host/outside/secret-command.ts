import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { message } from '../../../shared/words/messages'
import { SecretUnavailable } from '../../services/connections/secrets'
import { errorCode } from './bounded-file'

/** Time for a person to unlock a key ring. */
const LIMIT_MS = 60_000
const run = promisify(execFile)

/** What a command prints, less its last line end. It is run as it stands, by no shell. Throws `SecretUnavailable`. */
export async function secretOfCommand(argv: readonly string[], mostBytes: number): Promise<string> {
  const [file = '', ...args] = argv
  try {
    const { stdout } = await run(file, args, { timeout: LIMIT_MS, killSignal: 'SIGKILL', maxBuffer: mostBytes })
    return stdout.replace(/\r?\n$/, '')
  } catch (error) {
    // What it printed, and its arguments, may hold secrets.
    throw new SecretUnavailable(message('secret.command-failed', { command: file, code: errorCode(error) }))
  }
}
