import { message } from '../../../shared/words/messages'
import { SecretUnavailable } from '../../services/connections/secrets'
import { errorCode, readBounded } from './bounded-file'
import type { SecretSource } from './given'
import { secretOfCommand } from './secret-command'

/** As much as a form may hold. */
const MOST_BYTES = 65_536

/** The secret as it is now. A file's last line end does not belong to it. Throws `SecretUnavailable`. */
export async function readSecret(source: SecretSource): Promise<string | null> {
  if (source.kind === 'value') return source.secret
  if (source.kind === 'command') return (await secretOfCommand(source.argv, MOST_BYTES)) || null
  const { path: file } = source
  const found = await readBounded(file, MOST_BYTES).catch((error: unknown) => {
    throw new SecretUnavailable(message('secret.file-not-read', { file, code: errorCode(error) }))
  })
  if (found === null) throw new SecretUnavailable(message('secret.file-too-large', { file, mostBytes: MOST_BYTES }))
  return found.text.replace(/\r?\n$/, '') || null
}
