import { open, type FileHandle } from 'node:fs/promises'

/** All that is in a file, or comes through a pipe; null where that is more than so many bytes. Throws the system's error. */
export async function readBounded(file: string, mostBytes: number): Promise<string | null> {
  let handle: FileHandle | undefined
  try {
    handle = await open(file, 'r')
    const buffer = Buffer.alloc(mostBytes + 1)
    let length = 0
    // A pipe gives it piece by piece.
    for (let read = 1; read > 0 && length < buffer.length; length += read) {
      read = (await handle.read(buffer, length, buffer.length - length, null)).bytesRead
    }
    return length > mostBytes ? null : buffer.toString('utf8', 0, length)
  } finally {
    await handle?.close()
  }
}

/** ENOENT, EACCES…; empty where it is none of the system's errors. */
export function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}
