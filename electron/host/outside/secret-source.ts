import { message } from '../../../shared/words/messages'
import { SecretUnavailable } from '../../services/connections/secrets'
import { errorCode, readBounded } from './bounded-file'
import type { SecretSource } from './given'

/** As much as a form may hold. */
const MOST_BYTES = 65_536

/** The secret as it is now. A file's last line end does not belong to it. Throws `SecretUnavailable`. */
export async function readSecret(source: SecretSource): Promise<string | null> {
  if (source.kind === 'value') return source.secret
  const { path: file } = source
  const text = await readBounded(file, MOST_BYTES).catch((error: unknown) => {
    throw new SecretUnavailable(message('secret.file-not-read', { file, code: errorCode(error) }))
  })
  if (text === null) throw new SecretUnavailable(message('secret.file-too-large', { file, mostBytes: MOST_BYTES }))
  return text.replace(/\r?\n$/, '') || null
}
