import { UPLOAD_PIECE_BYTES } from '../../shared/model/entry-import'
import { hostUrl } from './host-url'
import { keyHeaders } from './page-key'

export interface SendOptions {
  readonly signal: AbortSignal
  /** So many bytes were taken. */
  readonly onSent: (bytes: number) => void
}

/**
 * Sends a file to a path that the web host named, piece by piece, each once the one before was taken. Ends early where the host takes no more: it says why
 * by its own way. Rejects where the file can't be read, the host is away or refuses a piece, or by the signal.
 */
export async function sendFile(path: string, file: Blob, { signal, onSent }: SendOptions): Promise<void> {
  const send = async (where: string, body: Blob | null): Promise<boolean> => {
    const answer = await fetch(hostUrl(`${path}${where}`), { method: 'POST', headers: keyHeaders(), body, signal })
    // No more is wanted, or of none that large: the host says why by its own way.
    if (answer.status === 204 || answer.status === 413) return false
    if (!answer.ok) throw new Error(String(answer.status))
    return true
  }
  for (let at = 0; at < file.size; at += UPLOAD_PIECE_BYTES) {
    if (!(await send(`${at}`, file.slice(at, at + UPLOAD_PIECE_BYTES)))) return
    onSent(Math.min(file.size, at + UPLOAD_PIECE_BYTES))
  }
  await send('end', null)
}
